// What a workload tells the scripted PMU: which worker this thread is, and what its operations did.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace latchmark::scripted {

// How an operation met the cache line that it wrote: taken from another core, or still there.
enum class Meeting : std::size_t { contested, alone };
inline constexpr std::size_t kMeetings = 2;

struct Happenings {
    std::optional<std::size_t> worker{};  // none in a thread that has not worked yet, such as the one that resolves roles
    std::array<std::uint64_t, kMeetings> operations{};
};

// Of the calling thread: counters count threads, and a forked process has its own copy.
[[nodiscard]] inline Happenings& happenings() {
    static thread_local Happenings mine;
    return mine;
}

inline void happened(std::size_t worker, Meeting meeting, std::uint64_t operations) {
    happenings().worker = worker;
    happenings().operations[static_cast<std::size_t>(meeting)] += operations;
}

}  // namespace latchmark::scripted
