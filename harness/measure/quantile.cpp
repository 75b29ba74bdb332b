// Walks the buckets up to a quantile's rank.
#include "harness/measure/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::measure {
namespace {

std::uint64_t total_of(std::span<const std::uint64_t> counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// From 1: the nearest rank, which some sample has.
std::uint64_t rank_of(std::uint64_t total, double share) {
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total))), 1, total);
}

}  // namespace

std::optional<double> quantile_ns_of(std::span<const std::uint64_t> counts, std::uint64_t max_ns, double share) {
    const std::uint64_t total = total_of(counts);
    if (total == 0) return std::nullopt;
    const std::uint64_t rank = rank_of(total, share);
    std::uint64_t up_to = 0;
    std::size_t bucket = 0;
    while ((up_to += counts[bucket]) < rank) ++bucket;
    // The last bucket has no upper end but the longest latency.
    const bool is_last = bucket + 1 == counts.size();
    const std::uint64_t largest_ns = is_last ? max_ns : std::min(max_ns, LatencyRecorder::lower_ns(bucket + 1) - 1);
    return (static_cast<double>(LatencyRecorder::lower_ns(bucket)) + static_cast<double>(largest_ns)) / 2;
}

std::uint64_t samples_beyond(std::span<const std::uint64_t> counts, double share) {
    const std::uint64_t total = total_of(counts);
    return total == 0 ? 0 : total - rank_of(total, share);
}

}  // namespace latchmark::measure
