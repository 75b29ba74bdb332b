// The median of what a workload recorded for a quantity of its own.
#pragma once
#include <cstddef>
#include <cstdint>

#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks {

// At the middle of its bucket, within 0.8 %. A median, because the first ones are cold and a preempted one is a slice too long.
[[nodiscard]] inline latchmark::OrUnavailable<double> median_of(const latchmark::LatencyRecorder& recorder) {
    using latchmark::LatencyRecorder;
    std::uint64_t total = 0;
    for (std::size_t bucket = 0; bucket < LatencyRecorder::kBuckets; ++bucket) total += recorder.count_in(bucket);
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < LatencyRecorder::kBuckets; ++bucket) {
        below += recorder.count_in(bucket);
        if (2 * below < total || below == 0) continue;
        const auto last_ns = static_cast<double>(LatencyRecorder::lower_ns(bucket + 1) - 1);
        return (static_cast<double>(LatencyRecorder::lower_ns(bucket)) + last_ns) / 2;
    }
    return latchmark::Unavailable{"nothing was recorded"};
}

}  // namespace benchmarks
