// Rates, overlap, shares, medians and batch sizes by table.
#include "harness/measure/arithmetic.hpp"

#include <gtest/gtest.h>

namespace latchmark::measure {
namespace {

using Windows = std::vector<WorkerWindow>;

WorkerWindow worker(std::uint64_t begin_ns, std::uint64_t end_ns, std::uint64_t operations) {
    return {.begin_ns = begin_ns, .end_ns = end_ns, .operations = operations};
}

TEST(CpuTimePerOperation, IsAllTheirCpuTimeOverAllTheirOperations) {
    Windows windows{worker(0, 1000, 100), worker(0, 1000, 300)};
    windows[0].cpu_time_ns = 1000;
    windows[1].cpu_time_ns = 200;
    EXPECT_DOUBLE_EQ(cpu_time_per_operation_ns_of(windows), 3);
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

TEST(Batch, OfATeamIsThatOfItsSlowestPart) {
    const std::vector<std::size_t> parts{0, 0, 1};
    const Windows one_by_one{worker(0, 10'000, 100), worker(0, 10'000, 100), worker(0, 10'000, 10)};
    const Windows window{worker(0, 10'000, 1000), worker(0, 10'000, 1000), worker(0, 10'000, 100)};
    EXPECT_EQ(batch_of_team(window, one_by_one, parts, 20'000), 200U);  // not 2000, in which the third would take 200 us
    EXPECT_EQ(batch_of_team(window, one_by_one, {}, 20'000), 1400U);    // all are of one part: their mean, not their slowest
}

TEST(Batch, IsNotMadeSmallByAPartThatOutlastsAnyBatch) {
    const std::vector<std::size_t> parts{0, 1};
    const Windows one_by_one{worker(0, 100'000, 1000), worker(0, 100'000, 1)};
    const Windows window{worker(0, 100'000, 2000), worker(0, 200'000, 400)};  // 200 a call, and a call still takes as long
    EXPECT_EQ(batch_of_team(window, one_by_one, parts, 20'000), 400U);
    const std::vector<std::size_t> slow_subject{1, 0};
    EXPECT_EQ(batch_of_team(Windows{window[0], worker(0, 100'000, 1)}, one_by_one, slow_subject, 20'000), 1U);
}

TEST(Batch, IsNoneAfterAWindowWithoutTime) {
    const Windows window{worker(0, 100, 10), worker(50, 50, 10)};
    EXPECT_EQ(batch_of_team(window, window, {}, 20'000), std::nullopt);
}

TEST(Parts, AreTheWorkersOfThatPartInTheirOrder) {
    const Windows window{worker(0, 1, 10), worker(0, 1, 20), worker(0, 1, 30)};
    const std::vector<std::size_t> parts{0, 1, 0};
    const auto operations = [](const Windows& workers) {
        std::vector<std::uint64_t> all;
        for (const auto& each : workers) all.push_back(each.operations);
        return all;
    };
    EXPECT_EQ(operations(workers_of_part(window, parts, 0)), (std::vector<std::uint64_t>{10, 30}));
    EXPECT_EQ(operations(workers_of_part(window, parts, 1)), (std::vector<std::uint64_t>{20}));
    EXPECT_EQ(operations(workers_of_part(window, {}, 0)), (std::vector<std::uint64_t>{10, 20, 30}));
    EXPECT_TRUE(workers_of_part(window, {}, 1).empty());
}

TEST(OneWay, IsTheTimeOverTheHandOversOfBoth) {
    // 10 round trips in 1000 ns: 100 ns each, 50 ns one way.
    EXPECT_DOUBLE_EQ(one_way_ns_of(Windows{worker(0, 1000, 10), worker(0, 1000, 10)}), 50);
}

}  // namespace
}  // namespace latchmark::measure
