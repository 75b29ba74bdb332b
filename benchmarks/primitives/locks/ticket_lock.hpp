// A spin lock that serves its waiters in the order of their arrival.
#pragma once
#include <atomic>
#include <cstdint>

#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// Fair, and therefore at the mercy of the scheduler: when the next in line is not running, everybody waits for it.
class TicketLock {
public:
    void lock() {
        // relaxed: drawing a number orders nothing; the load that sees the number called does
        const std::uint32_t ticket = next_.fetch_add(1, std::memory_order_relaxed);
        // acquire: what the last holder wrote is read after this, and it pairs with the release in unlock()
        while (serving_.load(std::memory_order_acquire) != ticket) latchmark::cpu_relax();
    }
    void unlock() {
        // relaxed load: the holder alone writes this word. A plain store of the sum needs no locked instruction.
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

private:
    // Together, as in the ticket locks that people use: without a rival one line holds the whole lock. An arrival disturbs the
    // waiters once.
    std::atomic<std::uint32_t> next_{0};
    std::atomic<std::uint32_t> serving_{0};
};

}  // namespace benchmarks
