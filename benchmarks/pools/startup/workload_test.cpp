// Each worker of each pool does its first task and is gone afterwards; a task that is not done, or done wrong, is noticed.
#include "benchmarks/pools/startup/workload.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <type_traits>

#include "benchmarks/primitives/processes/startup_pools.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

latchmark::Setting setting_of(double pool) { return {.parameters = {{"pool", pool}}}; }

template <typename Pool>
class StartupTest : public testing::Test {
protected:
    void SetUp() override {
        if (const auto why = lacks_echoing_program(); why && std::is_same_v<Pool, PoolOfPrograms>) GTEST_SKIP() << *why;
    }
};
using Pools = testing::Types<PoolOfThreads, PoolOfProcesses, PoolOfPrograms>;
TYPED_TEST_SUITE(StartupTest, Pools);

TYPED_TEST(StartupTest, EveryWorkerDoesItsFirstTaskAndNoneIsLeft) {
    for (const double pool : {1.0, 5.0}) {
        const auto trial = latchmark::trial_of<Startup<TypeParam>>(setting_of(pool), 10);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << pool;
    }
    EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) << "a child is left";
}

TYPED_TEST(StartupTest, RecordsOneLatencyForEachStart) {
    latchmark::LatencyRecorder recorder;
    const auto trial = latchmark::trial_of<Startup<TypeParam>>(
        setting_of(2), 7, [&](auto& workload, std::size_t worker, auto count) { workload.run(worker, count, recorder); });
    EXPECT_TRUE(trial.finds_all);
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_EQ(recorded, 7U);
}

// Pages that are shared count whole in one and in part in the other.
TYPED_TEST(StartupTest, SaysWhatAWorkerHolds) {
    const Startup<TypeParam> workload(setting_of(3));
    const auto values = workload.quantities();
    ASSERT_EQ(values.size(), 2U);
    if (const auto* missing = std::get_if<latchmark::Unavailable>(&values[0])) GTEST_SKIP() << missing->why;
    EXPECT_GE(std::get<double>(values[0]), 0);  // 0 where threads get the stacks of an earlier test
    // Of threads it is a difference, which also changes when somebody else maps the same libraries, or no longer.
    if (!std::is_same_v<TypeParam, PoolOfThreads>) {
        EXPECT_LE(std::get<double>(values[1]), std::get<double>(values[0]));
    }
}

TEST(FirstTasksTest, AnAnswerFitsNoOtherTask) {
    EXPECT_NE(answer_to(0), 0U);
    EXPECT_NE(answer_to(1), answer_to(2));
}

// A pool whose last worker does its task wrong, or never.
class Sloppy : public PoolOfThreads {
public:
    using PoolOfThreads::PoolOfThreads;
    [[nodiscard]] std::size_t right_answers() const { return PoolOfThreads::right_answers() - 1; }
};

TEST(StartupSabotage, ATaskThatIsNotDoneIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Startup<Sloppy>>(setting_of(4), 3).finds_all);
}

TEST(StartupSabotage, AnAnswerOfAnotherTaskIsNoticed) {
    FirstTasks tasks;
    tasks.prepare(2, 7);
    tasks.end(FutexScope::threads_only);  // so that serving returns at once
    tasks.serve(0, FutexScope::threads_only);
    EXPECT_EQ(tasks.right_answers(2), 1U) << "the second has not begun";
    tasks.serve(1, FutexScope::threads_only);
    EXPECT_EQ(tasks.right_answers(2), 2U);
    tasks.tasks[1] = 70;
    EXPECT_EQ(tasks.right_answers(2), 1U) << "an answer to 8 is none to 70";
}

}  // namespace
}  // namespace benchmarks::pools
