// When tasks should be submitted, whatever becomes of those before: an open loop's schedule and its generator.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <random>

#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// Exponential gaps, drawn beforehand from a seed and used again when all have been. Their mean is exactly the one asked for:
// that of a few thousand draws would be off by 2 %, and so would the load.
class Arrivals {
public:
    Arrivals(std::uint64_t seed, std::pmr::memory_resource* memory) : gaps_(kGaps, memory) {
        std::mt19937_64 random(seed);
        double sum = 0;
        for (double& gap : gaps_) {
            // Not std::exponential_distribution: libraries draw differently, and the seed should mean the same everywhere.
            gap = -std::log1p(-static_cast<double>(random() >> 11U) * 0x1p-53);
            sum += gap;
        }
        for (double& gap : gaps_) gap *= static_cast<double>(kGaps) / sum;
    }

    void begin(std::uint64_t now_ns, double mean_gap_ns) {
        mean_gap_ns_ = mean_gap_ns;
        due_ns_ = static_cast<double>(now_ns);
        paused_ns_ = now_ns;
        advance();
    }

    // The time of the next arrival.
    [[nodiscard]] std::uint64_t due_ns() const { return static_cast<std::uint64_t>(due_ns_); }
    void advance() { due_ns_ += gaps_[next_++ % kGaps] * mean_gap_ns_; }

    // Nothing arrives between the batches of a launch, some of which are separated by milliseconds of bookkeeping.
    void pause(std::uint64_t now_ns) { paused_ns_ = now_ns; }
    void resume(std::uint64_t now_ns) { due_ns_ += static_cast<double>(now_ns - paused_ns_); }

private:
    static constexpr std::size_t kGaps = 4096;

    latchmark::Slots<double> gaps_;
    std::size_t next_ = 0;
    double mean_gap_ns_ = 0;
    double due_ns_ = 0;  // a fraction of a nanosecond in each gap would add up
    std::uint64_t paused_ns_ = 0;
};

// Submits so many tasks when they are due, or as soon after as it can. `submit(due_ns, late_ns)` gets the intended time, from
// which latencies are taken: a pool that stalls would otherwise delay the very tasks that could tell of it.
template <typename Clock, typename Submit>
void offer(Arrivals& arrivals, std::uint64_t operations, Clock&& clock, Submit&& submit) {
    arrivals.resume(clock());
    for (std::uint64_t i = 0; i < operations; ++i) {
        const std::uint64_t due_ns = arrivals.due_ns();
        std::uint64_t now_ns = clock();
        for (; now_ns < due_ns; now_ns = clock()) latchmark::cpu_relax();
        submit(due_ns, now_ns - due_ns);
        arrivals.advance();
    }
    arrivals.pause(clock());
}

}  // namespace benchmarks
