// The simplest spin lock: exchange until the old value says it was free.
#pragma once
#include <atomic>

#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// Every attempt is a write: all waiters pull the line from each other and from the holder.
class TasLock {
public:
    void lock() {
        // acquire: what the last holder wrote is read after this, and it pairs with the release in unlock()
        while (taken_.exchange(true, std::memory_order_acquire)) latchmark::cpu_relax();
    }
    void unlock() { taken_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> taken_{false};
};

}  // namespace benchmarks
