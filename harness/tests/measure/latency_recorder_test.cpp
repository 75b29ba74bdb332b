// The histogram keeps every latency, in a bucket that holds it, known to within 1.6 %.
#include "latchmark/base/latency_recorder.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <random>

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

}  // namespace
}  // namespace latchmark
