// Quantiles that are read from a histogram are those of the samples that went into it.
#include "harness/measure/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::measure {
namespace {

struct Recorded {
    std::vector<std::uint64_t> sorted{};
    std::vector<std::uint64_t> counts{};
};

Recorded recorded(std::vector<std::uint64_t> latencies_ns) {
    const auto recorder = std::make_unique<LatencyRecorder>();
    for (const auto latency_ns : latencies_ns) recorder->record(latency_ns);
    Recorded all{.sorted = std::move(latencies_ns), .counts = {}};
    for (std::size_t bucket = 0; bucket < LatencyRecorder::kBuckets; ++bucket) all.counts.push_back(recorder->count_in(bucket));
    std::sort(all.sorted.begin(), all.sorted.end());
    return all;
}

double read(const Recorded& all, double share) { return quantile_ns_of(all.counts, all.sorted.back(), share).value(); }

void expect_within_one_percent(const Recorded& all) {
    for (const double share : {0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.sorted.size())));
        const auto exact_ns = static_cast<double>(all.sorted[rank - 1]);
        EXPECT_NEAR(read(all, share), exact_ns, 0.01 * exact_ns) << "quantile " << share;
    }
}

// From 10 ns to 10 s, as evenly in every decade as the generator can: what falls out of step with a bucket shows somewhere.
TEST(Quantiles, AreWithinOnePercentOverNineDecades) {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> latencies_ns;
    for (int i = 0; i < 20'000; ++i) {
        const double draw = static_cast<double>(random() >> 11U) * 0x1p-53;
        latencies_ns.push_back(static_cast<std::uint64_t>(std::llround(std::pow(10.0, 1 + 9 * draw))));
    }
    expect_within_one_percent(recorded(latencies_ns));
}

// Most are short, few are a thousand times as long: what latencies look like.
TEST(Quantiles, AreWithinOnePercentOfASkewedLot) {
    std::mt19937_64 random(2);
    std::vector<std::uint64_t> latencies_ns;
    for (std::uint64_t i = 0; i < 6'000; ++i) {
        const std::uint64_t long_tail = i % 200 == 0 ? 20'000'000 + random() % 9'980'000'000 : 0;
        latencies_ns.push_back(10 + random() % 90 + (i % 7 == 0 ? random() % 40'000 : 0) + long_tail);
    }
    expect_within_one_percent(recorded(latencies_ns));
}

TEST(Quantiles, OfShortLatenciesAreExact) {
    const auto all = recorded({3, 5, 5, 40, 63});
    EXPECT_DOUBLE_EQ(read(all, 0.2), 3);
    EXPECT_DOUBLE_EQ(read(all, 0.21), 5);
    EXPECT_DOUBLE_EQ(read(all, 0.5), 5);
    EXPECT_DOUBLE_EQ(read(all, 0.8), 40);
    EXPECT_DOUBLE_EQ(read(all, 1.0), 63);
}

TEST(Quantiles, NeverExceedTheLongestLatency) {
    EXPECT_LE(read(recorded({1'000'000}), 0.5), 1'000'000);
    EXPECT_LE(read(recorded({UINT64_MAX}), 0.5), static_cast<double>(UINT64_MAX));
}

TEST(Quantiles, OfNothingAreNone) {
    const std::vector<std::uint64_t> counts(LatencyRecorder::kBuckets);
    EXPECT_FALSE(quantile_ns_of(counts, 0, 0.5).has_value());
    EXPECT_EQ(samples_beyond(counts, 0.99), 0U);
}

TEST(Quantiles, RestOnTheSamplesBeyondThem) {
    EXPECT_EQ(samples_beyond(recorded(std::vector<std::uint64_t>(1000, 7)).counts, 0.99), 10U);
    EXPECT_EQ(samples_beyond(recorded(std::vector<std::uint64_t>(999, 7)).counts, 0.99), 9U);
    EXPECT_EQ(samples_beyond(recorded({1}).counts, 0.5), 0U);
}

}  // namespace
}  // namespace latchmark::measure
