// A test-and-test-and-set lock that waits longer after each lost attempt.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

#include "benchmarks/primitives/locks/relax_cost.hpp"
#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// Whoever loses the race stays away from the line for a while, twice as long each time: fewer try at once, and luck decides who
// is next.
class TtasBackoffLock {
public:
    // Budgets are in time, not in hints, whose length differs tenfold between cores. Shorter than a line's way between two cores
    // would be no back-off; the longest bounds how long a free lock may lie idle with everybody asleep on it. Both are judgement.
    static constexpr double kFirstPauseNs = 100;
    static constexpr double kLongestPauseNs = 6400;

    TtasBackoffLock()
        : first_relaxes_(relaxes_in(kFirstPauseNs, relax_ns())), most_relaxes_(relaxes_in(kLongestPauseNs, relax_ns())) {}

    void lock() {
        std::uint64_t relaxes = first_relaxes_;
        // acquire: what the last holder wrote is read after this, and it pairs with the release in unlock()
        while (taken_.exchange(true, std::memory_order_acquire)) {
            do {
                for (std::uint64_t i = 0; i < relaxes; ++i) latchmark::cpu_relax();
                relaxes = std::min(relaxes * 2, most_relaxes_);
            } while (taken_.load(std::memory_order_relaxed));  // relaxed: only a hint; the exchange decides
        }
    }
    void unlock() { taken_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> taken_{false};
    // Beside the lock word, since a waiter has that line anyway.
    std::uint64_t first_relaxes_;
    std::uint64_t most_relaxes_;
};

}  // namespace benchmarks
