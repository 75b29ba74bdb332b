// Records single latencies in fixed memory: a log-linear histogram that can live in memory shared by processes.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "latchmark/base/isolated.hpp"

namespace latchmark {

// 64 buckets an octave: a value is known to 1/64 of itself, so a quantile read at a bucket's middle is within 0.8 %.
// Values below 64 ns are exact. One recorder belongs to one worker.
class alignas(kIsolationSize) LatencyRecorder {
public:
    static constexpr unsigned kSubBits = 6;
    static constexpr unsigned kLargestBits = 40;  // 18 minutes; longer ones count in the last bucket, and in max_ns() exactly
    static constexpr std::size_t kBuckets = (kLargestBits - kSubBits + 1) << kSubBits;

    void record(std::uint64_t latency_ns) {
        ++counts_[bucket_of(latency_ns)];
        if (latency_ns > max_ns_) max_ns_ = latency_ns;
    }

    void clear() {
        counts_.fill(0);
        max_ns_ = 0;
    }

    [[nodiscard]] std::uint64_t count_in(std::size_t bucket) const { return counts_[bucket]; }
    [[nodiscard]] std::uint64_t max_ns() const { return max_ns_; }

    // Values v with lower_ns(b) <= v < lower_ns(b + 1) fall into bucket b; the last bucket has no upper end.
    [[nodiscard]] static constexpr std::uint64_t lower_ns(std::size_t bucket) {
        constexpr std::size_t kPerOctave = std::size_t{1} << kSubBits;
        if (bucket < kPerOctave) return bucket;
        const std::size_t octave = bucket / kPerOctave - 1;
        return static_cast<std::uint64_t>(kPerOctave + bucket % kPerOctave) << octave;
    }

    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t latency_ns) {
        constexpr std::uint64_t kPerOctave = std::uint64_t{1} << kSubBits;
        if (latency_ns < kPerOctave) return latency_ns;
        const auto octave = static_cast<unsigned>(std::bit_width(latency_ns)) - kSubBits - 1;
        if (octave + kSubBits >= kLargestBits) return kBuckets - 1;
        return (std::size_t{octave} << kSubBits) + static_cast<std::size_t>(latency_ns >> octave);
    }

private:
    std::array<std::uint64_t, kBuckets> counts_{};
    std::uint64_t max_ns_ = 0;
};

}  // namespace latchmark
