// Dependent steps whose value after any number of them is known: a loop over them can be proved to have done them all.
#pragma once
#include <cstdint>

namespace benchmarks {

inline constexpr std::uint64_t kStepFactor = 6364136223846793005U;
inline constexpr std::uint64_t kStepSummand = 1442695040888963407U;

[[nodiscard]] constexpr std::uint64_t next_value(std::uint64_t value) { return value * kStepFactor + kStepSummand; }

// From 0. Jumps ahead: doubles the step x -> factor x + summand as often as the number of steps has bits.
[[nodiscard]] constexpr std::uint64_t value_after(std::uint64_t steps) {
    std::uint64_t value = 0;
    std::uint64_t factor = kStepFactor;
    std::uint64_t summand = kStepSummand;
    for (; steps != 0; steps >>= 1U) {
        if ((steps & 1U) != 0) value = value * factor + summand;
        summand = summand * factor + summand;
        factor *= factor;
    }
    return value;
}

}  // namespace benchmarks
