// Quantiles of recorded latencies, read from the buckets of LatencyRecorder.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace latchmark::measure {

// The smallest recorded latency that at least `share` of all do not exceed, read at the middle of its bucket: within 0.8 % of the
// exact one. `counts` has one a bucket, `max_ns` is the longest latency. None when nothing was recorded.
[[nodiscard]] std::optional<double> quantile_ns_of(std::span<const std::uint64_t> counts, std::uint64_t max_ns, double share);

// How many of the recorded latencies lie beyond that quantile: what it rests on.
[[nodiscard]] std::uint64_t samples_beyond(std::span<const std::uint64_t> counts, double share);

}  // namespace latchmark::measure
