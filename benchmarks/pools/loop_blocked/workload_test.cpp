// Every event of every episode is handled once, the slow one ends before its episode does, and latencies are those of the others.
#include "benchmarks/pools/loop_blocked/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

constexpr double kSlowNs = 3'000'000;

latchmark::Setting test_setting() { return {.parameters = {{"slow_time", kSlowNs}}}; }

std::uint64_t recorded_from(const latchmark::LatencyRecorder& recorder, std::uint64_t least_ns) {
    std::uint64_t recorded = 0;
    for (std::size_t bucket = latchmark::LatencyRecorder::bucket_of(least_ns); bucket < latchmark::LatencyRecorder::kBuckets;
         ++bucket)
        recorded += recorder.count_in(bucket);
    return recorded;
}

template <typename Workload>
class LoopBlockedTest : public testing::Test {};
using Workloads =
    testing::Types<LoopBlocked<SlowWork::none>, LoopBlocked<SlowWork::in_the_loop>, LoopBlocked<SlowWork::in_a_pool>>;
TYPED_TEST_SUITE(LoopBlockedTest, Workloads);

TYPED_TEST(LoopBlockedTest, HandlesEveryEventOfEveryEpisode) {
    const auto trial = latchmark::trial_of<TypeParam>(test_setting(), 3);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TYPED_TEST(LoopBlockedTest, RecordsAllEventsButTheSlowOne) {
    latchmark::LatencyRecorder recorder;
    TypeParam workload(test_setting());
    workload.run(0, 2, recorder);
    EXPECT_EQ(recorded_from(recorder, 0), 2 * (kEvents - 1));
}

// From the intended time: events that could not even be read meanwhile have waited for the slow one. Here its time is a count of
// steps and not of nanoseconds, so what is asked is the order: who was due before it ends has waited for at least what was left.
TEST(LoopBlockedLatency, TellsTheWaitBehindTheSlowEvent) {
    auto setting = test_setting();
    setting.chain_step_ns = 0.1;  // no CPU is so fast: the slow event takes longer than it says
    LoopBlocked<SlowWork::in_the_loop> blocked(setting);
    latchmark::LatencyRecorder recorder;
    blocked.run(0, 1, recorder);
    constexpr std::uint64_t kBehindIt = 20;  // due within a third of the slow time after it
    EXPECT_GE(recorded_from(recorder, static_cast<std::uint64_t>(kSlowNs) - kBehindIt * kEventIntervalNs), kBehindIt);
}

// Handles an event of the first episode twice, or one not at all.
template <std::uint64_t kTimes>
class Miscounts : public LoopBlocked<SlowWork::none> {
public:
    using LoopBlocked::LoopBlocked;
    void run(std::size_t worker, std::uint64_t operations) {
        LoopBlocked::run(worker, operations - 1);
        for (std::uint64_t event = 0; event < kEvents; ++event)
            for (std::uint64_t times = 0; times < (event == 7 ? kTimes : 1); ++times) handle(event);
    }
};

template <typename Workload>
bool passes() {
    return latchmark::trial_of<Workload>(test_setting(), 2).finds_all;
}

TEST(LoopBlockedSabotage, ALostEventIsNoticed) { EXPECT_FALSE(passes<Miscounts<0>>()); }
TEST(LoopBlockedSabotage, ADoubledEventIsNoticed) { EXPECT_FALSE(passes<Miscounts<2>>()); }
TEST(LoopBlockedSabotage, TheSameWithoutAFaultIsNot) { EXPECT_TRUE(passes<Miscounts<1>>()); }

// Slow work that is handed over and has not ended when the team does.
class NeverEnds : public LoopBlocked<SlowWork::in_a_pool> {
public:
    using LoopBlocked::LoopBlocked;
    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i)
            for (std::uint64_t event = 0; event < kEvents; ++event) handle(event);
    }
};

TEST(LoopBlockedSabotage, SlowWorkThatHasNotEndedIsNoticed) { EXPECT_FALSE(passes<NeverEnds>()); }

}  // namespace
}  // namespace benchmarks::pools
