// Every read is counted, and every gap between two reads of a batch is recorded.
#include "benchmarks/instrument/clock/workload.hpp"

#include <gtest/gtest.h>
#include <memory>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

TEST(ClockReadsTest, CountsEveryRead) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<ClockReads>({.workers = workers}, 1'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(ClockReadsRecordedTest, CountsEveryReadAndRecordsEveryGap) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<ClockReadsRecorded>({.workers = workers}, 1'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(ClockReadsTest, RecordsTheGapsOfABatchAndNoneBeforeItsFirstRead) {
    const auto recorder = std::make_unique<latchmark::LatencyRecorder>();
    const auto trial = latchmark::trial_of<ClockReads>(
        {.workers = 1}, 100,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, *recorder); });
    std::uint64_t gaps = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) gaps += recorder->count_in(bucket);
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(gaps, 99U);
    // A gap from time 0 to the first read would be the machine's uptime.
    EXPECT_LT(recorder->max_ns(), latchmark::now_ns());
}

}  // namespace
}  // namespace benchmarks::instrument
