// x86-64: locked instructions, PAUSE, CLFLUSH.
#include "harness/control/instructions.hpp"

#include <atomic>
#include <immintrin.h>

#include "latchmark/base/chain.hpp"
#include "latchmark/base/cpu_relax.hpp"

namespace latchmark::control {

std::uint64_t locked_increments(std::uint64_t times) {
    std::atomic<std::uint64_t> count{0};
    for (std::uint64_t i = 0; i < times; ++i) count.fetch_add(1, std::memory_order_relaxed);  // relaxed: nobody else looks
    return count.load(std::memory_order_relaxed);
}

std::uint64_t spin_hints(std::uint64_t times) {
    // From Sapphire Rapids on the event is the beginning of a pause: hints without work between them might be one.
    constexpr std::uint64_t kStepsBetween = 8;
    for (std::uint64_t i = 0; i < times; ++i) {
        cpu_relax();
        run_chain(kStepsBetween);
    }
    return times;
}

std::uint64_t ordering_instructions(std::uint64_t /*times*/) { return 0; }

void evict_line(const void* address) { _mm_clflush(address); }

}  // namespace latchmark::control
