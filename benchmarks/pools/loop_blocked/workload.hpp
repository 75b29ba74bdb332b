// Events that arrive on a schedule in an epoll loop, one of which takes long to handle: in the loop, or in a pool beside it.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <sys/eventfd.h>
#include <unistd.h>

#include "benchmarks/primitives/helpers/event_poll.hpp"
#include "benchmarks/primitives/helpers/helper_pool.hpp"
#include "benchmarks/primitives/helpers/timer.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

// Ten connections, each with an event every half millisecond: 20 000 events a second, a twentieth of what one loop can handle
// (judgement), so that only the slow event makes the others wait.
inline constexpr std::uint64_t kConnections = 10;
inline constexpr std::uint64_t kEventsOfEach = 10;
inline constexpr std::uint64_t kEvents = kConnections * kEventsOfEach;
inline constexpr std::uint64_t kEventIntervalNs = 50'000;
// Early enough that whoever waits behind it is served within the same episode when it takes 3 ms.
inline constexpr std::uint64_t kSlowEvent = 20;
inline constexpr double kHandlerNs = 2'000;
// From the setting of the timers to the first event: longer than setting them takes.
inline constexpr std::uint64_t kLeadNs = 100'000;

enum class SlowWork { none, in_the_loop, in_a_pool };

// An operation is an episode: a hundred events whose times are fixed beforehand, whatever the loop is doing then.
template <SlowWork kSlowWork>
class LoopBlocked {
public:
    explicit LoopBlocked(const latchmark::Setting& setting)
        : handler_steps_(setting.chain_steps(kHandlerNs)), slow_steps_(setting.chain_steps(setting.parameter("slow_time"))) {
        if (setting.workers != 1) throw std::invalid_argument("one worker is the loop");
        for (std::uint64_t connection = 0; connection < kConnections; ++connection)
            loop_.watch(connections_[connection].timer.descriptor(), connection);
        loop_.watch(slow_done_.get(), kSlowDone);
        if (kSlowWork == SlowWork::in_a_pool) pool_.emplace(1, setting.seats);
    }

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) episode([](std::uint64_t) {});
    }

    void run(std::size_t /*worker*/, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i)
            episode([&](std::uint64_t intended_ns) { recorder.record(latchmark::now_ns() - intended_ns); });
    }

    // Each event of each episode once, and the slow one as often as there were episodes.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const auto is_handled = [&](std::uint64_t times) { return times == operations; };
        const std::uint64_t slow = kSlowWork == SlowWork::none ? 0 : operations;
        return std::all_of(handled_.begin(), handled_.end(), is_handled) && slow_begun_ == slow && slow_ended_ == slow;
    }

protected:
    struct Connection {
        Timer timer{TFD_NONBLOCK};
        std::uint64_t handled = 0;  // in this episode
    };

    // `on_handled` is told of every event but the slow one when it was due.
    template <typename OnHandled>
    void episode(OnHandled on_handled) {
        const std::uint64_t start_ns = latchmark::now_ns() + kLeadNs;
        for (std::uint64_t connection = 0; connection < kConnections; ++connection) {
            connections_[connection].handled = 0;
            connections_[connection].timer.expire_from(start_ns + connection * kEventIntervalNs, kConnections * kEventIntervalNs);
        }
        std::uint64_t missing = kEvents;
        bool is_slow_missing = kSlowWork == SlowWork::in_a_pool;
        while (missing > 0 || is_slow_missing) {
            loop_.wait([&](std::uint64_t number) {
                if (number == kSlowDone) {
                    end_slow();
                    is_slow_missing = false;
                    return;
                }
                missing -= handle_due(number, [&](std::uint64_t event) {
                    handle(event);
                    if (event != kSlowEvent) on_handled(start_ns + event * kEventIntervalNs);
                });
            });
        }
    }

    void handle(std::uint64_t event) {
        ++handled_[event];
        if (event != kSlowEvent || kSlowWork == SlowWork::none) return work_.run(handler_steps_);
        ++slow_begun_;
        if (kSlowWork == SlowWork::in_a_pool) return pool_->submit([this] { be_slow_in_pool(); });
        work_.run(slow_steps_);
        ++slow_ended_;
    }

private:
    static constexpr std::uint64_t kSlowDone = kConnections;  // its number in the loop

    // All that have become due on a connection. A timer that goes on after the last one of an episode is of no more interest.
    template <typename Handle>
    [[nodiscard]] std::uint64_t handle_due(std::uint64_t number, Handle handle_event) {
        Connection& connection = connections_[number];
        const std::uint64_t due = std::min(connection.timer.expirations(), kEventsOfEach - connection.handled);
        for (std::uint64_t i = 0; i < due; ++i) handle_event(connection.handled++ * kConnections + number);
        if (connection.handled == kEventsOfEach) connection.timer.stop();
        return due;
    }

    // In a helper thread.
    void be_slow_in_pool() {
        latchmark::Chain work;
        work.run(slow_steps_);
        const std::uint64_t one = 1;
        // The loop adds nothing to the count and reads it often: the write cannot block. Failing, it would leave the loop
        // waiting, which the launch's time limit ends.
        static_cast<void>(!::write(slow_done_.get(), &one, sizeof one));
    }

    void end_slow() {
        std::uint64_t ended = 0;
        if (::read(slow_done_.get(), &ended, sizeof ended) == sizeof ended) slow_ended_ += ended;
    }

    std::uint64_t handler_steps_;
    std::uint64_t slow_steps_;
    std::array<Connection, kConnections> connections_{};
    Descriptor slow_done_{checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")};
    EventPoll loop_;
    latchmark::Chain work_;
    std::array<std::uint64_t, kEvents> handled_{};
    std::uint64_t slow_begun_ = 0;
    std::uint64_t slow_ended_ = 0;
    std::optional<HelperPool> pool_;  // the last member: it ends before what its thread uses
};

}  // namespace benchmarks::pools
