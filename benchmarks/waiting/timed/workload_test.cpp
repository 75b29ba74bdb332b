// Every timed wait lasts its time, with the slack that was asked for; one that ends early is noticed.
#include "benchmarks/waiting/timed/workload.hpp"

#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <thread>
#include <variant>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

[[nodiscard]] latchmark::Setting setting_of(double timeout_ns, double slack_ns = 50'000) {
    return {.workers = 1, .parameters = {{"timeout", timeout_ns}, {"timer_slack", slack_ns}}};
}

template <typename Workload>
class TimedTest : public testing::Test {};
using Workloads = testing::Types<Timed<NanosleepWait>, Timed<CondvarWait>, Timed<SemaphoreWait>, Timed<FutexWait>,
                                 Timed<PpollWait>, Timed<EpollWait>, Timed<TimerfdWait>>;
TYPED_TEST_SUITE(TimedTest, Workloads);

TYPED_TEST(TimedTest, WaitsAsLongAsItShould) {
    for (const double timeout_ns : {1e3, 2e6}) {
        const std::uint64_t begin_ns = latchmark::now_ns();
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(timeout_ns), 5);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << timeout_ns;
        EXPECT_GE(static_cast<double>(latchmark::now_ns() - begin_ns), 5 * timeout_ns) << "no workload waits for less";
    }
}

TYPED_TEST(TimedTest, RecordsHowLateEachWaitReturned) {
    latchmark::LatencyRecorder recorder;
    const auto trial = latchmark::trial_of<TypeParam>(
        setting_of(1e5), 5, [&](auto& workload, std::size_t worker, auto count) { workload.run(worker, count, recorder); });
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(recorded, 5U);
}

TYPED_TEST(TimedTest, SaysWhatSlackTheThreadHas) {
    for (const double slack_ns : {1.0, 50'000.0}) {
        TypeParam workload(setting_of(1e3, slack_ns));
        EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(workload.quantities()[0]));
        workload.run(0, 1);
        EXPECT_EQ(std::get<double>(workload.quantities()[0]), slack_ns);
    }
}

void do_nothing(int /*signal*/) {}

// Signals that end system calls, sent to the waiting thread over and over.
TYPED_TEST(TimedTest, OutlastsSignals) {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = do_nothing;  // without SA_RESTART
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
    std::atomic<bool> is_over{false};
    const auto waiting = ::pthread_self();
    std::thread disturber([&] {
        while (!is_over) {
            ::pthread_kill(waiting, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
    });
    TypeParam workload(setting_of(2e6));
    workload.run(0, 5);
    is_over = true;
    disturber.join();
    ASSERT_EQ(::sigaction(SIGUSR1, &before, nullptr), 0);
    EXPECT_TRUE(workload.verify(5));
}

// Takes half of its time for the end.
class HastyWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) { return wait_.until(deadline_ns - 10'000'000); }

private:
    NanosleepWait wait_;
};

TEST(TimedSabotage, AWaitThatEndsEarlyIsNoticed) {
    Timed<HastyWait> workload(setting_of(20e6));
    workload.run(0, 5);
    EXPECT_FALSE(workload.verify(5)) << "unless all five were ten milliseconds late";
}

}  // namespace
}  // namespace benchmarks::waiting
