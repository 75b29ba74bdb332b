// AArch64: exclusives, acquire and release, barriers, DC CIVAC.
#include "harness/control/instructions.hpp"

namespace latchmark::control {

std::uint64_t locked_increments(std::uint64_t /*times*/) { return 0; }
std::uint64_t spin_hints(std::uint64_t /*times*/) { return 0; }

std::uint64_t ordering_instructions(std::uint64_t times) {
    alignas(64) std::uint64_t word = 0;
    for (std::uint64_t i = 0; i < times; ++i) {
        std::uint64_t value = 0;
        std::uint32_t failed = 0;
        // As asm, because what atomics are compiled to depends on the build, and the events do not. After CLREX no reservation is
        // left, so the second store fails; the first one may now and then, when an interrupt comes between.
        asm volatile(
            "ldxr %0, %2\n\t"
            "stxr %w1, %0, %2\n\t"
            "clrex\n\t"
            "stxr %w1, %0, %2\n\t"
            : "=&r"(value), "=&r"(failed), "+Q"(word)
            :
            : "memory");
        asm volatile("ldar %0, %1" : "=r"(value) : "Q"(word) : "memory");
        asm volatile("stlr %1, %0" : "=Q"(word) : "r"(value) : "memory");
        asm volatile("dmb ish\n\tdsb ish" ::: "memory");
    }
    return times;
}

void evict_line(const void* address) { asm volatile("dc civac, %0\n\tdsb ish" : : "r"(address) : "memory"); }

}  // namespace latchmark::control
