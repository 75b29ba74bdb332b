// The histogram keeps every latency, in a bucket that holds it, known to within 1.6 %.
#include "latchmark/base/latency_recorder.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

namespace latchmark {
namespace {

TEST(LatencyRecorder, EveryValueLiesInItsBucket) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t value = random() >> (24U + random() % 40U);  // all magnitudes below 2^40
        const std::size_t bucket = LatencyRecorder::bucket_of(value);
        ASSERT_LE(LatencyRecorder::lower_ns(bucket), value);
        ASSERT_LT(value, LatencyRecorder::lower_ns(bucket + 1));
        ASSERT_LE(LatencyRecorder::lower_ns(bucket + 1) - LatencyRecorder::lower_ns(bucket),
                  std::max<std::uint64_t>(1, value / 64 + 1));
    }
}

TEST(LatencyRecorder, BucketsFollowOneAnotherWithoutGap) {
    for (std::size_t bucket = 0; bucket + 1 < LatencyRecorder::kBuckets; ++bucket) {
        ASSERT_EQ(LatencyRecorder::bucket_of(LatencyRecorder::lower_ns(bucket)), bucket);
        ASSERT_EQ(LatencyRecorder::bucket_of(LatencyRecorder::lower_ns(bucket + 1) - 1), bucket);
    }
}

TEST(LatencyRecorder, WhatIsTooLongCountsInTheLastBucketAndExactlyInTheMaximum) {
    const auto recorder = std::make_unique<LatencyRecorder>();
    recorder->record(UINT64_MAX);
    EXPECT_EQ(recorder->count_in(LatencyRecorder::kBuckets - 1), 1U);
    EXPECT_EQ(recorder->max_ns(), UINT64_MAX);
    recorder->clear();
    EXPECT_EQ(recorder->count_in(LatencyRecorder::kBuckets - 1), 0U);
    EXPECT_EQ(recorder->max_ns(), 0U);
}

// The value below which the share lies, read at the middle of its bucket.
double quantile(const LatencyRecorder& recorder, double share, std::uint64_t samples) {
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(samples));
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < LatencyRecorder::kBuckets; ++bucket) {
        below += recorder.count_in(bucket);
        if (below > rank) {
            return static_cast<double>(LatencyRecorder::lower_ns(bucket) + LatencyRecorder::lower_ns(bucket + 1) - 1) / 2;
        }
    }
    return NAN;
}

TEST(LatencyRecorder, QuantilesAreWithinOnePercentOfTheExactOnes) {
    constexpr std::uint64_t kSamples = 20'000;
    std::mt19937_64 random(2);
    std::lognormal_distribution<double> latencies(8, 1.5);
    const auto recorder = std::make_unique<LatencyRecorder>();
    std::vector<std::uint64_t> exact;
    for (std::uint64_t i = 0; i < kSamples; ++i) {
        exact.push_back(static_cast<std::uint64_t>(latencies(random)));
        recorder->record(exact.back());
    }
    std::sort(exact.begin(), exact.end());
    for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
        const auto truth = static_cast<double>(exact[static_cast<std::size_t>(share * kSamples)]);
        EXPECT_NEAR(quantile(*recorder, share, kSamples), truth, truth * 0.01 + 0.5) << share;
    }
}

}  // namespace
}  // namespace latchmark
