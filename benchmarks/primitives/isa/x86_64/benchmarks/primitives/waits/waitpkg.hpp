// Instructions of x86 that wait in a light sleep of the core, without the kernel: UMWAIT for a line, TPAUSE for a time.
#pragma once
#include <atomic>
#include <cpuid.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "benchmarks/primitives/waits/watched_signal.hpp"

namespace benchmarks {

inline constexpr std::string_view kWaitpkgAbsent{};

[[nodiscard]] inline std::optional<std::string> lacks_waitpkg() {
    constexpr unsigned kExtendedFeatures = 7;
    constexpr unsigned kWaitpkg = 1U << 5U;  // in ECX
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (::__get_cpuid_count(kExtendedFeatures, 0, &a, &b, &c, &d) != 0 && (c & kWaitpkg) != 0) return std::nullopt;
    return "this CPU has no UMWAIT and TPAUSE, or its hypervisor hides them";
}

// Sleeps until the line is written or the kernel's cap (umwait_control/max_time) has passed, which a look then tells apart. In
// assembly, since the intrinsics want every caller compiled for a CPU that has them.
inline void umwait_between_looks(const WatchedWord& word, std::uint32_t seen) {
    asm volatile("umonitor %0" : : "r"(&word) : "memory");
    if (word.load(std::memory_order_relaxed) != seen) return;  // relaxed: only a hint; the next look decides
    constexpr std::uint32_t kDeepest = 0;                // C0.2, which saves the most; the system may allow only the lighter C0.1
    constexpr std::uint32_t kNever = ~std::uint32_t{0};  // both halves of a deadline that does not come
    asm volatile("umwait %0" : : "r"(kDeepest), "a"(kNever), "d"(kNever) : "cc", "memory");
}

// A longer relax that leaves the core to its sibling: the word is looked at every so many ticks of the time stamp counter.
inline void tpause_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) {
    constexpr std::uint64_t kTicks = 500;   // 0.15 to 0.3 us: some relaxes, and far below a wake-up by the kernel. Judgement
    constexpr std::uint32_t kLightest = 1;  // C0.1: back soonest, since the next look is near
    const std::uint64_t deadline = __builtin_ia32_rdtsc() + kTicks;
    asm volatile("tpause %0"
                 :
                 : "r"(kLightest), "a"(static_cast<std::uint32_t>(deadline)), "d"(static_cast<std::uint32_t>(deadline >> 32U))
                 : "cc", "memory");
}

}  // namespace benchmarks
