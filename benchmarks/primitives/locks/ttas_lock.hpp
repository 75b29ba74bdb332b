// A spin lock that reads until the lock looks free and only then tries to take it.
#pragma once
#include <atomic>

#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// Waiters read their own copy of the line, so it moves only when the lock is given back; then all of them try at once.
class TtasLock {
public:
    void lock() {
        while (!try_lock()) {
            // relaxed: only a hint that trying is worth while; the exchange decides
            while (taken_.load(std::memory_order_relaxed)) latchmark::cpu_relax();
        }
    }
    // acquire: what the last holder wrote is read after this, and it pairs with the release in unlock()
    [[nodiscard]] bool try_lock() { return !taken_.exchange(true, std::memory_order_acquire); }
    void unlock() { taken_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> taken_{false};
};

}  // namespace benchmarks
