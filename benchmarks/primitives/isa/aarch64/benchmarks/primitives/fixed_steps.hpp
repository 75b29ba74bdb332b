// A loop of known steps that no compiler, flag or layout changes: one block of assembly in one cache line.
#pragma once
#include <cstdint>

#include "benchmarks/primitives/known_steps.hpp"

namespace benchmarks {

// The value so many steps after `value`. The loop starts a line, or its instructions would lie elsewhere in another build, which
// is worth some percent by itself; all of them are four bytes long whatever their registers are.
[[nodiscard]] inline std::uint64_t fixed_steps(std::uint64_t value, std::uint64_t steps) {
    if (steps == 0) return value;
    asm volatile(
        ".p2align 6\n"
        "1:\n\t"
        "madd %[value], %[value], %[factor], %[summand]\n\t"
        "subs %[steps], %[steps], #1\n\t"
        "b.ne 1b"
        : [value] "+&r"(value), [steps] "+&r"(steps)
        : [factor] "r"(kStepFactor), [summand] "r"(kStepSummand)
        : "cc");
    return value;
}

}  // namespace benchmarks
