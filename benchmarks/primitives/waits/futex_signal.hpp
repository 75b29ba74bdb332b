// Sleeping on the word itself: the least that waiting asleep can be made of.
#pragma once
#include <atomic>
#include <cstdint>

#include "benchmarks/primitives/waits/futex.hpp"
#include "benchmarks/primitives/waits/signal.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// The word holds the number, shifted by one, and whether somebody sleeps: who sets it calls the kernel only then, as locks and
// condition variables do. The waiter looks once and goes to sleep.
class alignas(latchmark::kIsolationSize) FutexSignal {
public:
    explicit FutexSignal(const latchmark::Setting& setting) : scope_(scope_of(setting.team)) {}

    // acquire: what came before set() is seen
    [[nodiscard]] bool is_set(std::uint32_t number) const { return is(number, word_.load(std::memory_order_acquire)); }

    void wait(std::uint32_t number) {
        std::uint32_t seen = word_.load(std::memory_order_acquire);
        while (!is(number, seen)) {
            const bool is_told = (seen & kSleeps) != 0;
            // Fails when the number has come meanwhile. acquire: that is read here, and ends the loop.
            if (!is_told && !word_.compare_exchange_strong(seen, seen | kSleeps, std::memory_order_acquire)) continue;
            futex_wait(word_, seen | kSleeps, scope_);
            seen = word_.load(std::memory_order_acquire);
        }
    }

    void set(std::uint32_t number) {
        // An exchange, so that a sleeper who says so at the same time is either seen here or sees the number. release: pairs with
        // the waiter's acquire.
        if ((word_.exchange(number << 1U, std::memory_order_release) & kSleeps) != 0) futex_wake(word_, 1, scope_);
    }

private:
    static constexpr std::uint32_t kSleeps = 1;
    [[nodiscard]] static bool is(std::uint32_t number, std::uint32_t word) { return (word & ~kSleeps) == number << 1U; }

    FutexWord word_{0};
    FutexScope scope_;  // beside the word, since whoever reads it wants the word as well
};

}  // namespace benchmarks
