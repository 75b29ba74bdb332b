// A stretch of work for which a counter that counts must move.
#pragma once
#include <cstdint>

#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::counters {

// Long against what switching counters on takes, short against a launch; 90 roles asked one by one stay below 20 ms.
inline constexpr std::uint64_t kTrialNs = 100'000;

inline void work_for_a_trial() {
    constexpr std::uint64_t kSteps = 1'000;
    for (const std::uint64_t start = now_ns(); now_ns() - start < kTrialNs;) run_chain(kSteps);
}

}  // namespace latchmark::counters
