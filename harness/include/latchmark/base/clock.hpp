// The one clock: monotonic, 64-bit nanoseconds, common to all processes of the machine.
#pragma once
#include <cstdint>
#include <ctime>

namespace latchmark {

// Nanoseconds since an arbitrary start. Not the settable wall clock: a step of it inside a window would be a wrong time.
[[nodiscard]] inline std::uint64_t now_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace latchmark
