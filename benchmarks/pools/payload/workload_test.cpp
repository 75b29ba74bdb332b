// Every byte of every payload arrives, in and out, whatever carries it; a flipped byte and a stale payload are noticed.
#include "benchmarks/pools/payload/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/channels/kernel_buffer.hpp"
#include "benchmarks/primitives/pools/forked_team.hpp"
#include "benchmarks/primitives/pools/handed_over.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

constexpr std::uint64_t kOperations = 40;

// A sanitizer takes its time for a megabyte.
[[nodiscard]] std::uint64_t operations_of(double payload) { return payload > 100'000 ? 5 : kOperations; }

[[nodiscard]] latchmark::Setting setting_of(double payload) { return {.workers = 2, .parameters = {{"payload", payload}}}; }

template <typename Way>
class PayloadTest : public testing::Test {};
using Ways = testing::Types<HandedPointer, HandedOffset, PipeChannel, UnixStreamChannel>;
TYPED_TEST_SUITE(PayloadTest, Ways);

TYPED_TEST(PayloadTest, ThreadsGetEveryByte) {
    for (const double payload : {0.0, 64.0, 4096.0, 65536.0, 1048576.0}) {
        const auto trial = latchmark::trial_of<Payload<TypeParam>>(setting_of(payload), operations_of(payload));
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << payload << " B";
    }
}

TYPED_TEST(PayloadTest, TakesTwoWorkers) {
    auto setting = setting_of(64);
    setting.workers = 3;
    EXPECT_THROW(Payload<TypeParam>{setting}, std::invalid_argument);
}

template <typename Way>
class PayloadOfProcessesTest : public testing::Test {};
using WaysOfProcesses = testing::Types<HandedOffset, PipeChannel, UnixStreamChannel>;
TYPED_TEST_SUITE(PayloadOfProcessesTest, WaysOfProcesses);

TYPED_TEST(PayloadOfProcessesTest, ProcessesGetEveryByte) {
    for (const double payload : {0.0, 4096.0, 1048576.0}) {
        SharedMemory memory;
        auto setting = setting_of(payload);
        setting.team = latchmark::Team::processes;
        setting.memory = memory.resource();
        const auto workload = latchmark::make_workload<Payload<TypeParam>>(setting);
        const std::uint64_t operations = operations_of(payload);
        EXPECT_TRUE(run_forked(2, [&](std::size_t worker) { workload->run(worker, operations); }));
        EXPECT_TRUE(workload->verify(2 * operations)) << payload << " B";
    }
}

// Flips one bit, in the middle of the seventh message that this end gets, or in its last byte.
template <std::size_t kEnd, bool kIsLast>
class Flips : public PipeChannel {
public:
    using PipeChannel::PipeChannel;
    [[nodiscard]] ConstWords receive(std::size_t end) {
        const ConstWords message = PipeChannel::receive(end);
        if (end != kEnd || ++received_ != 7) return message;
        flipped_.assign(message.begin(), message.end());
        flipped_[kIsLast ? message.size() - 1 : message.size() / 2] ^= std::uint64_t{1} << 63U;
        return flipped_;
    }

private:
    int received_ = 0;
    std::vector<std::uint64_t> flipped_{};
};

// Hands over the seventh message as it was before it was written, or the one before it again.
class Stale : public HandedOffset {
public:
    using HandedOffset::HandedOffset;
    [[nodiscard]] Words outgoing(std::size_t end) {
        return end == 0 && ++sent_ == 7 ? Words(other_) : HandedOffset::outgoing(end);
    }

private:
    int sent_ = 0;
    std::vector<std::uint64_t> other_ = std::vector<std::uint64_t>(9);
};

TEST(PayloadSabotage, AFlippedByteIsNoticedAtBothEnds) {
    EXPECT_FALSE((latchmark::trial_of<Payload<Flips<0, false>>>(setting_of(64), kOperations).finds_all));
    EXPECT_FALSE((latchmark::trial_of<Payload<Flips<0, true>>>(setting_of(64), kOperations).finds_all));
    EXPECT_FALSE((latchmark::trial_of<Payload<Flips<1, false>>>(setting_of(4096), kOperations).finds_all));
    EXPECT_FALSE((latchmark::trial_of<Payload<Flips<1, true>>>(setting_of(4096), kOperations).finds_all));
}

TEST(PayloadSabotage, AStalePayloadIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Payload<Stale>>(setting_of(64), kOperations).finds_all);
}

}  // namespace
}  // namespace benchmarks::pools
