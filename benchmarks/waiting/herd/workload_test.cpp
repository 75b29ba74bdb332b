// The wanted waiters wake, each item goes to one of them, and the count of wakings tells a herd from a single one.
#include "benchmarks/waiting/herd/workload.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <variant>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

using OneByCondvar = Herd<CondvarBell, Call::notify_one, Wanted::one>;
using HerdByCondvar = Herd<CondvarBell, Call::notify_all, Wanted::one>;
using AllByCondvar = Herd<CondvarBell, Call::notify_all, Wanted::all>;
using OneByFutex = Herd<FutexBell, Call::notify_one, Wanted::one>;
using AllByFutex = Herd<FutexBell, Call::notify_all, Wanted::all>;
using OneByAtomic4 = Herd<AtomicBell<std::uint32_t>, Call::notify_one, Wanted::one>;
using OneByAtomic8 = Herd<AtomicBell<std::uint64_t>, Call::notify_one, Wanted::one>;

[[nodiscard]] latchmark::Setting setting_of(double waiters) { return {.workers = 1, .parameters = {{"waiters", waiters}}}; }

template <typename Workload>
class HerdTest : public testing::Test {};
using Workloads = testing::Types<OneByCondvar, HerdByCondvar, AllByCondvar, OneByFutex, AllByFutex, OneByAtomic4, OneByAtomic8>;
TYPED_TEST_SUITE(HerdTest, Workloads);

TYPED_TEST(HerdTest, EveryNotificationReachesWhoIsWanted) {
    for (const double waiters : {1, 4, 16}) {
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(waiters), 50);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << waiters << " waiters";
    }
}

TYPED_TEST(HerdTest, RecordsOneLatencyANotification) {
    latchmark::LatencyRecorder recorder;
    const auto trial = latchmark::trial_of<TypeParam>(
        setting_of(4), 20, [&](auto& workload, std::size_t worker, auto count) { workload.run(worker, count, recorder); });
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 1; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(recorded, 20U) << "none of them 0: a waiter that was awake already would show as that";
}

TYPED_TEST(HerdTest, GoesAwayThoughNobodyWasEverNotified) { const TypeParam unused(setting_of(4)); }

// Sleeps that a notification ended, of four waiters.
template <typename Workload>
[[nodiscard]] double wakings() {
    Workload workload(setting_of(4));
    workload.run(0, 200);
    return std::get<double>(workload.quantities()[0]);
}

TEST(HerdWakings, NotifyOneWakesOneAndNotifyAllWakesAll) {
    // One or four, and what lies between may go to either: the last herd may not all have woken when it is asked, a mutex that
    // all want sends some back to sleep, and so does whatever a sanitizer or an emulator locks.
    constexpr double kBetween = 2.5;
    EXPECT_LT(wakings<OneByCondvar>(), kBetween);
    EXPECT_LT(wakings<OneByFutex>(), kBetween);
    EXPECT_LT(wakings<OneByAtomic4>(), kBetween);
    EXPECT_GT(wakings<AllByFutex>(), kBetween);
    EXPECT_GT(wakings<HerdByCondvar>(), kBetween);
    EXPECT_GT(wakings<AllByCondvar>(), kBetween);
    EXPECT_GT(wakings<OneByAtomic8>(), kBetween) << "which wakes all in libstdc++";
}

TEST(HerdQuantities, AreUnavailableWhenNothingWasNotified) {
    const OneByFutex unused(setting_of(1));
    for (const auto& value : unused.quantities()) EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(value));
}

// A bell that is heard by who looks, and wakes nobody.
class MuteBell : public FutexBell {
public:
    template <Call kCall>
    void ring() {
        if (rings_++ == 3) return;
        FutexBell::ring<kCall>();
    }

private:
    int rings_ = 0;
};

class LosesAWakeUp : public Herd<MuteBell, Call::notify_one, Wanted::one> {
public:
    using Herd::Herd;
    void be_impatient() { crew_.set_patience(std::chrono::milliseconds(200)); }
};

TEST(HerdSabotage, ALostWakeUpEndsTheRun) {
    LosesAWakeUp workload(setting_of(4));
    workload.run(0, 3);
    workload.be_impatient();
    EXPECT_THROW(workload.run(0, 1), std::runtime_error);
    EXPECT_FALSE(workload.verify(4));
}

// A system call of the waiters that fails, for example.
class BrokenBell : public FutexBell {
public:
    template <typename Say>
    [[nodiscard]] std::uint32_t wait(std::uint32_t /*heard*/, Say /*about_to_sleep*/) {
        throw std::runtime_error("broken");
    }
};

TEST(HerdSabotage, WaitersThatFailEndTheRunAndAreNotWaitedFor) {
    try {  // they fail while the herd is being made, or later
        Herd<BrokenBell, Call::notify_one, Wanted::one> workload(setting_of(4));
        workload.run(0, 1);
        FAIL();
    } catch (const std::runtime_error& problem) {
        EXPECT_STREQ(problem.what(), "helper thread: broken");
    }
}

// The last item lies there once more, and whoever wakes takes it.
class ServesTwice : public OneByFutex {
public:
    using Herd::Herd;
    void run(std::size_t worker, std::uint64_t operations) {
        Herd::run(worker, operations);
        ring();
        crew_.await("the item to be taken again", [&] { return served_[0].value.load() > operations; });
    }
};

TEST(HerdSabotage, AnItemThatIsServedTwiceIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<ServesTwice>(setting_of(4), 100).finds_all);
}

// All wake once more than they were notified.
class WakesOnceTooOften : public AllByFutex {
public:
    using Herd::Herd;
    void run(std::size_t worker, std::uint64_t operations) {
        Herd::run(worker, operations);
        const std::uint64_t served_before = served_[0].value.load();
        ring();
        crew_.await("a waiter to wake", [&] { return served_[0].value.load() > served_before; });
    }
};

TEST(HerdSabotage, AWakingThatNobodyAskedForIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<WakesOnceTooOften>(setting_of(4), 10).finds_all);
}

}  // namespace
}  // namespace benchmarks::waiting
