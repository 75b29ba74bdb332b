// What only one kind of CPU has instructions for; one source file for each kind.
#pragma once
#include <cstdint>

namespace latchmark::control {

// Each does it as often as asked and says how often it happened: 0 where this kind of CPU has no such thing.
[[nodiscard]] std::uint64_t locked_increments(std::uint64_t times);
[[nodiscard]] std::uint64_t spin_hints(std::uint64_t times);
// Of each: an exclusive pair that succeeds, an exclusive store that fails, an acquire load, a release store, a DMB and a DSB.
[[nodiscard]] std::uint64_t ordering_instructions(std::uint64_t times);

// Throws the line out of all caches: the next access is a miss however large they are.
void evict_line(const void* address);

}  // namespace latchmark::control
