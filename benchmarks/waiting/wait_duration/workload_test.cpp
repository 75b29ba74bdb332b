// Every wait is ended by its own wake-up, which comes no sooner than it may; what is recorded is what METHOD calls wake-up
// latency.
#include "benchmarks/waiting/wait_duration/workload.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory_resource>
#include <stdexcept>
#include <thread>
#include <variant>

#include "benchmarks/primitives/waits/condvar_signal.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/posix_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/spin_then_park_signal.hpp"
#include "benchmarks/primitives/waits/watched_signal.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kWaits = 20;

[[nodiscard]] latchmark::Setting setting_of(double wait_ns) { return {.workers = 2, .parameters = {{"wait", wait_ns}}}; }

[[nodiscard]] std::uint64_t recorded_by(const latchmark::LatencyRecorder& recorder, std::uint64_t from_ns = 0) {
    std::uint64_t recorded = 0;
    for (std::size_t bucket = latchmark::LatencyRecorder::bucket_of(from_ns); bucket < latchmark::LatencyRecorder::kBuckets;
         ++bucket)
        recorded += recorder.count_in(bucket);
    return recorded;
}

template <typename S>
class WaitDurationTest : public testing::Test {};
using Signals =
    testing::Types<SpinSignal, RelaxSignal, YieldSignal, SpinThenParkSignal, FutexSignal, CondvarSignal, EventfdSignal>;
TYPED_TEST_SUITE(WaitDurationTest, Signals);

TYPED_TEST(WaitDurationTest, EveryWaitEndsWithItsOwnWakeUp) {
    for (const double wait_ns : {0.0, 1'000.0, 100'000.0}) {
        const auto trial = latchmark::trial_of<WaitDuration<TypeParam>>(setting_of(wait_ns), kWaits);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << wait_ns;
    }
}

TYPED_TEST(WaitDurationTest, RecordsEachWakeUpOfTheWaiterAlone) {
    std::array<latchmark::LatencyRecorder, 2> recorders{};
    const auto trial = latchmark::trial_of<WaitDuration<TypeParam>>(setting_of(1'000), kWaits,
                                                                    [&](auto& workload, std::size_t worker, std::uint64_t count) {
                                                                        for (int batch = 0; batch < 4; ++batch)
                                                                            workload.run(worker, count / 4, recorders[worker]);
                                                                    });
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(recorded_by(recorders[0]), kWaits);
    EXPECT_EQ(recorded_by(recorders[1]), 0U);
}

TEST(WaitDuration, TakesTwoWorkers) {
    for (const std::size_t workers : {1U, 3U})
        EXPECT_THROW(WaitDuration<SpinSignal>({.workers = workers, .parameters = {{"wait", 0}}}), std::invalid_argument);
}

// A team that has ended, looked at from outside.
template <typename S>
class Ended {
public:
    Ended(double wait_ns, std::uint64_t waits) : workload_(with_memory(wait_ns)) {
        std::thread waker([&] { workload_.run(1, waits); });
        workload_.run(0, waits, recorder_);
        waker.join();
    }

    [[nodiscard]] double quantity(std::string_view name) const {
        const auto values = workload_.quantities();
        for (std::size_t i = 0; i < values.size(); ++i)
            if (WaitDuration<S>::kQuantities[i].name == name) return std::get<double>(values[i]);
        throw std::out_of_range("no such quantity");
    }
    [[nodiscard]] const latchmark::LatencyRecorder& recorder() const { return recorder_; }

private:
    [[nodiscard]] latchmark::Setting with_memory(double wait_ns) {
        auto setting = setting_of(wait_ns);
        setting.memory = &memory_;
        return setting;
    }

    std::pmr::monotonic_buffer_resource memory_;
    latchmark::LatencyRecorder recorder_{};
    WaitDuration<S> workload_;
};

TEST(WaitDurationQuantities, SpinnersNeverSleepAndSleepersDo) {
    constexpr double kLongNs = 5e6;  // asleep by then, whatever else the machine does
    // The kernel, or a sanitizer, may have reasons of its own to let a spinner sleep, but not every time.
    double least = 1;
    for (int i = 0; i < 5 && least >= 0.5; ++i) least = std::min(least, Ended<SpinSignal>(kLongNs, 6).quantity("slept_share"));
    EXPECT_LT(least, 0.5);
    EXPECT_GT(Ended<FutexSignal>(kLongNs, 6).quantity("slept_share"), 0.5);
    EXPECT_GT(Ended<CondvarSignal>(kLongNs, 6).quantity("slept_share"), 0.5);
}

TEST(WaitDurationQuantities, OneThatSpinsFirstSaysForHowLong) {
    EXPECT_EQ(Ended<SpinThenParkSignal>(0, 1).quantity("spin_budget"), wake_ns(latchmark::Setting{}));
}

TEST(WaitDurationQuantities, AreUnavailableBeforeAnybodyWasWoken) {
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(0);
    setting.memory = &memory;
    const WaitDuration<FutexSignal> idle(setting);
    for (const auto& value : idle.quantities()) EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(value));
}

constexpr std::uint64_t kLateNs = 5'000'000;

struct ReturnsLate : PosixSemaphoreSignal {
    using PosixSemaphoreSignal::PosixSemaphoreSignal;
    void wait(std::uint32_t number) {
        PosixSemaphoreSignal::wait(number);
        std::this_thread::sleep_for(std::chrono::nanoseconds(kLateNs));
    }
};
struct SetsLate : PosixSemaphoreSignal {
    using PosixSemaphoreSignal::PosixSemaphoreSignal;
    void set(std::uint32_t number) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(kLateNs));
        PosixSemaphoreSignal::set(number);
    }
};

// The call alone would show nothing of it: it is the waiter's own stamp that ends the latency.
TEST(WaitDurationLatency, EndsWhenTheWaiterRunsAgain) {
    const Ended<ReturnsLate> ended(0, 3);
    EXPECT_EQ(recorded_by(ended.recorder(), kLateNs), 3U);
}

// A stamp after the call would leave out what the waker's side of a wake-up takes.
TEST(WaitDurationLatency, BeginsBeforeTheWakerMakesTheConditionTrue) {
    const Ended<SetsLate> ended(0, 3);
    EXPECT_EQ(recorded_by(ended.recorder(), kLateNs), 3U);
    EXPECT_GE(ended.quantity("waker_cost"), static_cast<double>(kLateNs));
}

// The waker stays away for the whole interval.
TEST(WaitDuration, NoWaitIsShorterThanAsked) {
    constexpr std::uint64_t kLongNs = 2'000'000;
    const auto begin_ns = latchmark::now_ns();
    const Ended<CondvarSignal> ended(kLongNs, 5);
    EXPECT_GE(latchmark::now_ns() - begin_ns, 5 * kLongNs);
}

struct CountsSets : PosixSemaphoreSignal {
    using PosixSemaphoreSignal::PosixSemaphoreSignal;
    static inline std::atomic<int> sets{0};
    void set(std::uint32_t number) {
        sets.fetch_add(1);
        PosixSemaphoreSignal::set(number);
    }
};

// A wake-up before the wait wakes nobody, and its latency would be none.
TEST(WaitDuration, NobodyIsWokenWhoDoesNotWaitYet) {
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(0);
    setting.memory = &memory;
    WaitDuration<CountsSets> workload(setting);
    std::thread waker([&] { workload.run(1, 3); });
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(CountsSets::sets.load(), 0);
    workload.run(0, 3);
    waker.join();
    EXPECT_EQ(CountsSets::sets.load(), 3);
}

struct OpenDoor {
    explicit OpenDoor(const latchmark::Setting& /*setting*/) {}
    void wait(std::uint32_t /*number*/) {}
    void set(std::uint32_t /*number*/) {}
};

// The waiter is through all its waits before the waker has begun.
TEST(WaitDurationSabotage, AWaitThatEndsByItselfIsNoticed) {
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(0);
    setting.memory = &memory;
    WaitDuration<OpenDoor> workload(setting);
    workload.run(0, kWaits);
    workload.run(1, kWaits);
    EXPECT_FALSE(workload.verify(2 * kWaits));
}

}  // namespace
}  // namespace benchmarks::waiting
