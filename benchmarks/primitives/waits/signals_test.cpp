// Each way of waiting waits as its name says, asleep or awake, and ends when the number is set: not before, and not never.
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <variant>

#include "benchmarks/primitives/crew/crew.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/atomic_wait_signal.hpp"
#include "benchmarks/primitives/waits/condvar_signal.hpp"
#include "benchmarks/primitives/waits/epoll_signal.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/pipe_signal.hpp"
#include "benchmarks/primitives/waits/posix_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/sleep_count.hpp"
#include "benchmarks/primitives/waits/spin_then_park_signal.hpp"
#include "benchmarks/primitives/waits/std_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/waitpkg.hpp"
#include "benchmarks/primitives/waits/watched_signal.hpp"
#include "benchmarks/primitives/waits/wfe.hpp"
#include "latchmark/base/clock.hpp"

namespace benchmarks {
namespace {

using namespace std::chrono_literals;

[[nodiscard]] std::int64_t sleeps_of_this_thread() {
    rusage usage{};
    checked(::getrusage(RUSAGE_THREAD, &usage), "getrusage");
    return usage.ru_nvcsw;
}

// Whether it comes true within that time, which is patience and no measurement.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition, std::chrono::nanoseconds patience = 10s) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::sched_yield();
    }
    return true;
}

// A thread that waits for number 1.
template <typename S>
class Waiter {
public:
    explicit Waiter(S& signal)
        : thread_([this, &signal] {
              const std::int64_t sleeps_before = sleeps_of_this_thread();
              id_.store(::gettid());
              signal.wait(1);
              sleeps_.store(sleeps_of_this_thread() - sleeps_before);
              is_back_.store(true);
          }) {
        while (id_.load() == 0) ::sched_yield();
    }
    // A wake-up that was lost: to wait for the thread would never end.
    ~Waiter() {
        if (!comes_true([this] { return is_back(); })) std::abort();
        thread_.join();
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    [[nodiscard]] bool is_asleep() const { return !is_back() && benchmarks::is_asleep(id_.load()); }
    [[nodiscard]] bool is_back() const { return is_back_.load(); }
    [[nodiscard]] std::int64_t sleeps() const { return sleeps_.load(); }
    void interrupt() { ::pthread_kill(thread_.native_handle(), SIGUSR1); }

private:
    std::atomic<pid_t> id_{0};
    std::atomic<bool> is_back_{false};
    std::atomic<std::int64_t> sleeps_{0};
    std::thread thread_;
};

template <typename S>
class SleepingSignalTest : public testing::Test {};
using SleepingSignals =
    testing::Types<FutexSignal, SpinThenParkSignal, CondvarSignal, StdSemaphoreSignal, PosixSemaphoreSignal,
                   AtomicWaitSignal<std::uint32_t>, AtomicWaitSignal<std::uint64_t>, EventfdSignal, PipeSignal, EpollSignal>;
TYPED_TEST_SUITE(SleepingSignalTest, SleepingSignals);

TYPED_TEST(SleepingSignalTest, WakesASleeper) {
    TypeParam signal{latchmark::Setting{}};
    Waiter waiter(signal);
    EXPECT_TRUE(comes_true([&] { return waiter.is_asleep(); }));
    signal.set(1);
    ASSERT_TRUE(comes_true([&] { return waiter.is_back(); }));
    EXPECT_GE(waiter.sleeps(), 1);
}

TYPED_TEST(SleepingSignalTest, DoesNotWaitForWhatHasComeBefore) {
    TypeParam signal{latchmark::Setting{}};
    signal.set(1);
    const Waiter waiter(signal);
    EXPECT_TRUE(comes_true([&] { return waiter.is_back(); }));
}

std::atomic<int> interruptions{0};

// Without SA_RESTART a blocking call returns early, and so does a futex: the waiter must ask again.
TYPED_TEST(SleepingSignalTest, SleepsOnAfterAnInterruption) {
    struct sigaction action {};
    action.sa_handler = [](int) { interruptions.fetch_add(1); };
    struct sigaction before {};
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
    interruptions.store(0);
    {
        TypeParam signal{latchmark::Setting{}};
        Waiter waiter(signal);
        EXPECT_TRUE(comes_true([&] { return waiter.is_asleep(); }));
        waiter.interrupt();
        EXPECT_TRUE(comes_true([&] { return interruptions.load() == 1; }));
        EXPECT_TRUE(comes_true([&] { return waiter.is_asleep(); }));
        EXPECT_FALSE(waiter.is_back());
        signal.set(1);
    }
    ::sigaction(SIGUSR1, &before, nullptr);
}

// Whether a waiter never sleeps while many looks are taken at it. Ends the wait.
template <typename S>
[[nodiscard]] bool stays_awake(S& signal) {
    Waiter waiter(signal);
    bool was_asleep = false;
    for (int look = 0; look < 50; ++look) {
        was_asleep = was_asleep || waiter.is_asleep();
        ::sched_yield();
    }
    EXPECT_FALSE(waiter.is_back());
    signal.set(1);
    EXPECT_TRUE(comes_true([&] { return waiter.is_back(); }));
    return !was_asleep && waiter.sleeps() == 0;
}

// The kernel may put any thread to sleep now and then, for a page of it: once in a few times it does not.
template <typename Make>
[[nodiscard]] bool stays_awake_in_one_of_a_few(Make make) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        auto signal = make();
        if (stays_awake(*signal)) return true;
    }
    return false;
}

template <void (*kBetweenLooks)(const WatchedWord&, std::uint32_t)>
void expect_to_stay_awake() {
    EXPECT_TRUE(stays_awake_in_one_of_a_few([] { return std::make_unique<WatchedSignal<kBetweenLooks>>(latchmark::Setting{}); }));
}

TEST(WatchedSignal, SpinningNeverSleeps) { expect_to_stay_awake<look_again>(); }
TEST(WatchedSignal, RelaxingNeverSleeps) { expect_to_stay_awake<relax_between_looks>(); }
TEST(WatchedSignal, YieldingNeverSleeps) { expect_to_stay_awake<yield_between_looks>(); }

TEST(WatchedSignal, UmwaitAndTpauseNeverSleepInTheKernel) {
    if (const auto why = lacks_waitpkg()) GTEST_SKIP() << *why;
    expect_to_stay_awake<umwait_between_looks>();
    expect_to_stay_awake<tpause_between_looks>();
}
TEST(WatchedSignal, WfeNeverSleepsInTheKernel) {
    if (const auto why = lacks_wfe()) GTEST_SKIP() << *why;
    expect_to_stay_awake<wfe_between_looks>();
}

TEST(SpinThenPark, BudgetIsWhatAWakeUpCosts) {
    const SpinThenParkSignal signal{latchmark::Setting{}};
    EXPECT_EQ(signal.budget_ns(), wake_ns(latchmark::Setting{}));
    EXPECT_GT(signal.budget_ns(), 0);
}

TEST(SpinThenPark, StaysAwakeWhileTheBudgetLasts) {
    EXPECT_TRUE(stays_awake_in_one_of_a_few([] {
        constexpr double kForEverNs = 1e12;
        return std::make_unique<SpinThenParkSignal>(latchmark::Setting{}, kForEverNs);
    }));
}

// Makes the condition true and tells nobody.
class ForgetsToWake {
public:
    void wait(std::uint32_t number) {
        while (word_.load(std::memory_order_acquire) != number) futex_wait(word_, 0);
    }
    void set(std::uint32_t number) { word_.store(number, std::memory_order_release); }
    void make_up_for_it() { futex_wake_all(word_); }

private:
    FutexWord word_{0};
};

TEST(SignalSabotage, ALostWakeUpIsNoticed) {
    ForgetsToWake signal;
    Waiter waiter(signal);
    EXPECT_TRUE(comes_true([&] { return waiter.is_asleep(); }));
    signal.set(1);
    EXPECT_FALSE(comes_true([&] { return waiter.is_back(); }, 20ms));
    EXPECT_TRUE(waiter.is_asleep());
    signal.make_up_for_it();
}

TEST(PipeSignal, AnotherNumberThanTheOneWaitedForIsNoticed) {
    const PipeSignal signal{latchmark::Setting{}};
    signal.set(2);
    EXPECT_THROW(signal.wait(1), std::runtime_error);
}

// The second one is refused, as at a limit.
class OneOnly {
public:
    explicit OneOnly(const latchmark::Setting& /*setting*/) {
        if (made_++ > 0) throw std::system_error(EMFILE, std::generic_category(), "eventfd");
    }
    ~OneOnly() { --made_; }
    OneOnly(const OneOnly&) = delete;
    OneOnly& operator=(const OneOnly&) = delete;
    void wait(std::uint32_t /*number*/) {}
    void set(std::uint32_t /*number*/) {}

private:
    static inline int made_ = 0;
};

TEST(LacksSignals, SaysWhichCallWasRefused) {
    EXPECT_EQ(lacks_signals<EpollSignal>(), std::nullopt);
    EXPECT_EQ(lacks_signals<OneOnly>(), "eventfd: Too many open files");
}

TEST(SleepCount, IsUnknownWithoutTwoLooks) {
    SleepCount count;
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(count.sleeps_per_wait()));
    count.note(1, 5'000'000);
    count.note(2, 5'000'001);  // too soon for a look
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(count.sleeps_per_wait()));
}

TEST(SleepCount, CountsTheSleepsSinceTheFirstLook) {
    SleepCount count;
    std::this_thread::sleep_for(1ns);  // before the first look: not counted
    count.note(10, 1'000'000);
    for (int i = 0; i < 5; ++i) std::this_thread::sleep_for(1ns);
    count.note(20, 9'000'000);
    EXPECT_DOUBLE_EQ(std::get<double>(count.sleeps_per_wait()), 0.5);
}

}  // namespace
}  // namespace benchmarks
