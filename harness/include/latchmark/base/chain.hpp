// Calibrated work: a chain of dependent instructions that lives in registers and touches no memory.
#pragma once
#include <cstdint>

#include "latchmark/base/do_not_optimize.hpp"

namespace latchmark {

// A chain that cannot be vectorised, folded or overlapped with itself: its time is proportional to its steps and inverse to the
// core's frequency, so it serves as delay and as a thermometer of frequency. Each piece goes on from the last one's result. A
// core looks hundreds of instructions ahead, and a piece that started afresh would run while the last one does: work in pieces
// would seem shorter than the sum of them.
class Chain {
public:
    void run(std::uint64_t steps) {
        std::uint64_t value = value_;  // a member that others can reach would be stored and loaded in each step
        for (std::uint64_t i = 0; i < steps; ++i) {
            value = value * 6364136223846793005U + 1442695040888963407U;
            do_not_optimize(value);
        }
        value_ = value;
    }

    // Of all steps until now.
    [[nodiscard]] std::uint64_t result() const { return value_; }

    // 0, which is known only when the chain has ended. What is done at an address plus this begins then: a core would otherwise
    // take a lock while the work before it still runs, and the lock would seem to cost nothing.
    [[nodiscard]] std::uint64_t zero() const { return value_ & unknown_zero_; }

    // The next step begins when `value` is known: work inside a critical section must not run before the lock is held.
    void follow(std::uint64_t value) { value_ += value & unknown_zero_; }

private:
    [[nodiscard]] static std::uint64_t unknown_zero() {
        std::uint64_t zero = 0;
        do_not_optimize(zero);
        return zero;
    }

    std::uint64_t value_ = 1;
    std::uint64_t unknown_zero_ = unknown_zero();
};

// One piece by itself.
inline void run_chain(std::uint64_t steps) {
    Chain chain;
    chain.run(steps);
}

}  // namespace latchmark
