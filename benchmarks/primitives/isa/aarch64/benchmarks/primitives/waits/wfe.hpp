// An instruction of Arm that waits in a light sleep of the core until a watched line is written: WFE.
#pragma once
#include <asm/hwcap.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/auxv.h>

#include "benchmarks/primitives/waits/watched_signal.hpp"

namespace benchmarks {

inline constexpr std::string_view kWfeAbsent{};

// A waiter whose event got lost is woken by the kernel's event stream, about every 100 us. Without one it might sleep for ever.
[[nodiscard]] inline std::optional<std::string> lacks_wfe() {
    if ((::getauxval(AT_HWCAP) & HWCAP_EVTSTRM) != 0) return std::nullopt;
    return "this kernel has no event stream (HWCAP_EVTSTRM), without which WFE may sleep for ever";
}

// The exclusive load has the core watch the line; a store by another core to it is the event that WFE sleeps for. One piece of
// assembly: an access of the compiler's between the two might end the watch. Wake-ups without a cause are normal.
inline void wfe_between_looks(const WatchedWord& word, std::uint32_t seen) {
    std::uint32_t now = 0;
    asm volatile(
        "ldaxr %w0, [%1]\n\t"
        "cmp %w0, %w2\n\t"
        "b.ne 1f\n\t"
        "wfe\n"
        "1:"
        : "=&r"(now)
        : "r"(&word), "r"(seen)
        : "cc", "memory");
}

}  // namespace benchmarks
