// The loop, and the window around it.
#include "harness/tests/counters/guest/known_work.hpp"

namespace latchmark::counters {

void retire(std::uint64_t rounds) { asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(rounds) : : "cc"); }

WorkerCounts count_rounds(std::span<const ResolvedRole> roles, std::uint64_t rounds, Kernel& kernel) {
    WorkerCounters counters(roles, kernel);
    counters.begin_window();
    if (rounds > 0) retire(rounds);
    counters.end_window();
    WorkerCounts counts{};
    counters.publish(counts);
    return counts;
}

}  // namespace latchmark::counters
