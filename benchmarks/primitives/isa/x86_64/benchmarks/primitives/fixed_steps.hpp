// A loop of known steps that no compiler, flag or layout changes: one block of assembly in one cache line.
#pragma once
#include <cstdint>

#include "benchmarks/primitives/known_steps.hpp"

namespace benchmarks {

// The value so many steps after `value`. The registers are named and the loop starts a line, or its instructions would lie and be
// encoded elsewhere in another build, which is worth some percent by itself.
[[nodiscard]] inline std::uint64_t fixed_steps(std::uint64_t value, std::uint64_t steps) {
    if (steps == 0) return value;
    asm volatile(
        ".p2align 6\n"
        "1:\n\t"
        "imulq %%rsi, %%rax\n\t"
        "addq %%rdx, %%rax\n\t"
        "decq %%rcx\n\t"
        "jnz 1b"
        : "+a"(value), "+c"(steps)
        : "S"(kStepFactor), "d"(kStepSummand)
        : "cc");
    return value;
}

}  // namespace benchmarks
