// Work whose instructions are known, and a window that counts it.
#pragma once
#include <cstdint>
#include <span>

#include "harness/counters/worker_counters.hpp"

namespace latchmark::counters {

// The event that counts instructions: INST_RETIRED.
inline constexpr Encoding kRetired{.type = 4, .config = 0x08};

// Two instructions a round, at least one round, and around them always the same: compiled apart, since a number of rounds that
// the compiler knows takes one instruction or two.
void retire(std::uint64_t rounds);

// One window of the calling thread with that many rounds in it; an empty one for none.
[[nodiscard]] WorkerCounts count_rounds(std::span<const ResolvedRole> roles, std::uint64_t rounds,
                                        Kernel& kernel = real_kernel());

}  // namespace latchmark::counters
