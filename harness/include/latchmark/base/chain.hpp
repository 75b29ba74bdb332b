// Calibrated work: a chain of dependent instructions that lives in registers and touches no memory.
#pragma once
#include <cstdint>

#include "latchmark/base/do_not_optimize.hpp"

namespace latchmark {

// Runs `steps` dependent steps. The chain cannot be vectorised, folded or overlapped with itself, so its time is
// proportional to steps and inverse to the core's frequency: it serves as delay and as a thermometer of frequency.
inline void run_chain(std::uint64_t steps) {
    std::uint64_t value = steps | 1U;
    for (std::uint64_t i = 0; i < steps; ++i) {
        value = value * 6364136223846793005U + 1442695040888963407U;
        do_not_optimize(value);
    }
}

}  // namespace latchmark
