// The one clock: monotonic, 64-bit nanoseconds, common to all processes of the machine. And what a thread has used of its CPU.
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

// CPU time of the calling thread so far, user and kernel. A system call, unlike now_ns(): for windows, not for operations.
[[nodiscard]] inline std::uint64_t thread_cpu_time_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace latchmark
