// Rates, overlap, shares, medians and batch sizes by table.
#include "harness/measure/arithmetic.hpp"

#include <gtest/gtest.h>

namespace latchmark::measure {
namespace {

using Windows = std::vector<WorkerWindow>;

WorkerWindow worker(std::uint64_t begin_ns, std::uint64_t end_ns, std::uint64_t operations) {
    return {.begin_ns = begin_ns, .end_ns = end_ns, .operations = operations};
}

TEST(TimePerOperation, IsTheWorkersOwnTimeOverItsOwnCount) {
    EXPECT_DOUBLE_EQ(time_per_operation_ns_of(Windows{worker(0, 1000, 100)}), 10);
    // Division in whole nanoseconds would say 0.
    EXPECT_DOUBLE_EQ(time_per_operation_ns_of(Windows{worker(5, 305, 1000)}), 0.3);
}

TEST(TimePerOperation, IsPerWorkerAndNotPerTeam) {
    // Two workers do 100 operations each in 1000 ns: 10 ns each, although the team completes one every 5 ns.
    EXPECT_DOUBLE_EQ(time_per_operation_ns_of(Windows{worker(0, 1000, 100), worker(0, 1000, 100)}), 10);
}

TEST(Throughput, AddsTheWorkersOwnRates) {
    EXPECT_DOUBLE_EQ(throughput_of(Windows{worker(0, 1000, 100), worker(0, 1000, 300)}), 4e8);
    // The late worker's rate is over its own time: its absence at the start is overlap, not slowness.
    EXPECT_DOUBLE_EQ(throughput_of(Windows{worker(0, 1000, 100), worker(500, 1000, 50)}), 2e8);
}

TEST(Overlap, IsOneForEqualTimesAndZeroWithoutMeeting) {
    EXPECT_DOUBLE_EQ(overlap_of(Windows{worker(0, 100, 1), worker(0, 100, 1)}), 1);
    EXPECT_DOUBLE_EQ(overlap_of(Windows{worker(0, 100, 1), worker(50, 100, 1)}), 0.5);
    EXPECT_DOUBLE_EQ(overlap_of(Windows{worker(0, 100, 1), worker(20, 120, 1), worker(10, 110, 1)}), 80.0 / 120);
    EXPECT_DOUBLE_EQ(overlap_of(Windows{worker(0, 100, 1), worker(100, 200, 1)}), 0);
    EXPECT_DOUBLE_EQ(overlap_of(Windows{worker(0, 100, 1), worker(150, 200, 1)}), 0);  // not negative, not huge
}

TEST(StartSkew, IsBetweenTheFirstAndTheLastToBegin) {
    EXPECT_EQ(start_skew_ns_of(Windows{worker(30, 100, 1), worker(10, 100, 1), worker(25, 100, 1)}), 20U);
    EXPECT_EQ(start_skew_ns_of(Windows{worker(30, 100, 1)}), 0U);
}

TEST(Shares, AreOfAllWindowsTogether) {
    const std::vector<Windows> windows{{worker(0, 1, 10), worker(0, 1, 30)}, {worker(0, 1, 20), worker(0, 1, 20)}};
    EXPECT_EQ(shares_of(windows), (std::vector<double>{0.375, 0.625}));
}

TEST(Median, IsTheMiddleOrBetweenTheTwo) {
    EXPECT_DOUBLE_EQ(median_of({3, 1, 2}), 2);
    EXPECT_DOUBLE_EQ(median_of({4, 1, 2, 30}), 3);  // the mean would be 9.25
    EXPECT_DOUBLE_EQ(median_of({7}), 7);
}

TEST(Batch, TakesTheTargetTimeWithinBounds) {
    EXPECT_EQ(batch_for(5, 20'000), 4'000U);
    EXPECT_EQ(batch_for(1e6, 20'000), 1U);          // an operation longer than a batch is a batch
    EXPECT_EQ(batch_for(1e-6, 20'000), 1U << 20U);  // a mis-measured empty operation does not make a batch of seconds
}

}  // namespace
}  // namespace latchmark::measure
