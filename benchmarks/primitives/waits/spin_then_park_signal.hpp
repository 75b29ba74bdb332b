// Awake first, asleep then: spins for as long as a wake-up costs, and sleeps on the word when that was not enough.
#pragma once
#include <cstdint>

#include "benchmarks/primitives/locks/relax_cost.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/wake_cost.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// With a budget of what sleeping would cost, no wait burns more than twice what the better choice would have: the waiter pays
// for both at worst, and nobody need know beforehand how long a wait will be.
class SpinThenParkSignal {
public:
    explicit SpinThenParkSignal(const latchmark::Setting& setting) : SpinThenParkSignal(setting, wake_ns(setting)) {}

    // The budget is in time and is spent in relaxes, whose cost is measured: a clock read between two looks would take longer
    // than the looks.
    SpinThenParkSignal(const latchmark::Setting& setting, double budget_ns)
        : parking_(setting), budget_ns_(budget_ns), looks_(relaxes_in(budget_ns, relax_ns())) {}

    void wait(std::uint32_t number) {
        for (std::uint64_t look = 0; look < looks_; ++look) {
            if (parking_.is_set(number)) return;
            latchmark::cpu_relax();
        }
        parking_.wait(number);
    }

    void set(std::uint32_t number) { parking_.set(number); }

    [[nodiscard]] double budget_ns() const { return budget_ns_; }

private:
    FutexSignal parking_;  // isolated, so that what follows is not on the word's line
    double budget_ns_;
    std::uint64_t looks_;
};

}  // namespace benchmarks
