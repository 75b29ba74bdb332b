// Opening, enabling and reading of one perf event group.
#include "harness/counters/event_group.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "harness/counters/trial.hpp"

namespace latchmark::counters {
namespace {

// A signal may interrupt a call; a call that is interrupted every time is broken.
constexpr int kAttempts = 8;

constexpr std::size_t kFrameHead = 3;  // how many values follow, time enabled, time running

template <typename Call>
auto retry_when_interrupted(Call call) {
    auto result = call();
    for (int attempt = 1; result == -EINTR && attempt < kAttempts; ++attempt) result = call();
    return result;
}

}  // namespace

Status status_of_refusal(int error) {
    switch (error) {
        case EACCES:
        case EPERM:
            return Status::not_permitted;
        case ENOENT:
        case EOPNOTSUPP:
        case ENODEV:
        case EINVAL:
            return Status::not_supported;
        case ENOSYS:
            return Status::no_pmu;
        default:
            return Status::open_failed;
    }
}

EventGroup::~EventGroup() {
    if (size_ == 0) return;
    static_cast<void>(kernel_.disable_group(members_[0]));  // closing follows and ends it anyway
    while (size_ > 0) kernel_.close(members_[--size_]);
}

int EventGroup::open(const Encoding& encoding, Scope scope, int leader) {
    return retry_when_interrupted([&] { return kernel_.open_event(encoding, scope, leader); });
}

Outcome EventGroup::add(const Encoding& encoding, Scope scope) {
    if (size_ == members_.size()) return {Status::group_full, 0};
    const int event = open(encoding, scope, size_ == 0 ? -1 : members_[0]);
    if (event >= 0) {
        members_[size_++] = event;
        return {};
    }
    // The same errno says "no such event" and "no room beside the others": the event alone tells which.
    if (event == -EINVAL && size_ > 0) {
        if (const int alone = open(encoding, scope, -1); alone >= 0) {
            kernel_.close(alone);
            return {Status::group_full, EINVAL};
        }
    }
    return {status_of_refusal(-event), -event};
}

Outcome EventGroup::enable() {
    if (size_ == 0) return {};
    const int result = retry_when_interrupted([&] { return kernel_.enable_group(members_[0]); });
    return result < 0 ? Outcome{Status::open_failed, -result} : Outcome{};
}

bool EventGroup::runs() {
    std::array<std::uint64_t, kMaxRoles> values{};
    GroupTimes before, after;
    if (read(values, before).status != Status::counted) return true;  // not a question of room: the windows will say
    work_for_a_trial();
    if (read(values, after).status != Status::counted) return true;
    return after.running_ns > before.running_ns;
}

void EventGroup::shed_what_does_not_run() {
    while (size_ > 1 && !runs()) {
        kernel_.close(members_[--size_]);
        // Closing alone would not bring the rest back before the next tick. A group that stays off shows in its times.
        static_cast<void>(kernel_.disable_group(members_[0]));
        static_cast<void>(kernel_.enable_group(members_[0]));
    }
}

Outcome EventGroup::read(std::span<std::uint64_t> values, GroupTimes& times) {
    std::array<std::uint64_t, kFrameHead + kMaxRoles> frame;
    const std::size_t bytes = (kFrameHead + size_) * sizeof(std::uint64_t);
    const long result = retry_when_interrupted([&] { return kernel_.read_event(members_[0], frame.data(), sizeof frame); });
    if (result < 0) return {Status::read_failed, static_cast<int>(-result)};
    if (result == 0) return {Status::read_failed, ENODATA};  // how a group in error state answers
    if (static_cast<std::size_t>(result) != bytes || frame[0] != size_) return {Status::read_failed, EBADMSG};
    times = {frame[1], frame[2]};
    std::copy_n(frame.begin() + kFrameHead, size_, values.begin());
    return {};
}

}  // namespace latchmark::counters
