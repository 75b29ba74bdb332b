// Through how much memory must a walk go so that its loads are answered by one level of this machine's caches?
#pragma once
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/machine/kernel_files.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::instrument {

enum class Level { l1, l2, last, memory };

// Bytes of the data caches that a CPU sees. A machine whose level 2 is its last level says so by two equal numbers.
struct Caches {
    std::uint64_t l1 = 0;
    std::uint64_t l2 = 0;
    std::uint64_t last = 0;
    bool are_known = true;
    friend bool operator==(const Caches&, const Caches&) = default;
};

inline constexpr std::uint64_t kKiB = std::uint64_t{1} << 10U;
inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
// Where the kernel tells nothing: about what servers of the last ten years have (judgement).
inline constexpr Caches kAssumed{.l1 = 32 * kKiB, .l2 = kMiB, .last = 32 * kMiB, .are_known = false};
// More would take longer to lay out than a quick run takes for it, and more than small machines have (judgement).
inline constexpr std::uint64_t kMostBytes = 1024 * kMiB;

// "480K", "2M" as the kernel writes sizes; 0: something else.
[[nodiscard]] inline std::uint64_t bytes_of(std::string_view text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
    if (read.ec != std::errc{} || (unit != "K" && unit != "M")) return 0;
    return number * (unit == "K" ? kKiB : kMiB);
}

// From the kernel's files. A level 1 alone is no description: some hypervisors show only that, and all other rungs would be sized
// by a guess beside it.
template <typename Files>
[[nodiscard]] Caches caches_of(const Files& files, unsigned cpu) {
    Caches found{};
    for (unsigned index = 0;; ++index) {
        const std::string folder = latchmark::machine::cpu_file(cpu, "cache/index" + std::to_string(index) + "/");
        const auto level = files.text_if_any(folder + "level");
        if (!level) break;
        if (files.text_if_any(folder + "type").value_or("") == "Instruction") continue;
        const std::uint64_t bytes = bytes_of(files.text_if_any(folder + "size").value_or(""));
        if (*level == "1") found.l1 = bytes;
        if (*level == "2") found.l2 = bytes;
        if (*level != "1") found.last = std::max(found.last, bytes);
    }
    return found.l1 == 0 || found.l2 == 0 ? kAssumed : found;
}

[[nodiscard]] inline std::string in_words(std::uint64_t bytes) {
    return bytes < kMiB ? std::to_string(bytes / kKiB) + " KiB" : std::to_string(bytes / kMiB) + " MiB";
}

// A power of two. Half of a cache leaves room for what else lies there, and twice the level before it is the least that does not
// fit in that. A walk in a circle is the worst case for a cache that drops what was not used for longest; four times its size is
// one for the others (judgement).
[[nodiscard]] inline latchmark::OrUnavailable<std::uint64_t> footprint_of(Level level, const Caches& caches) {
    const auto between = [](std::uint64_t most, std::uint64_t cache_before,
                            const char* name) -> latchmark::OrUnavailable<std::uint64_t> {
        const std::uint64_t bytes = std::bit_floor(most);
        if (bytes >= 2 * cache_before) return bytes;
        return latchmark::Unavailable{std::string("no size keeps a walk in ") + name + " and out of the " +
                                      in_words(cache_before) + " of the level before it"};
    };
    switch (level) {
        case Level::l1:
            return std::bit_floor(caches.l1 / 2);
        case Level::l2:
            return between(caches.l2 / 2, caches.l1, "level 2");
        case Level::last:
            if (caches.last == caches.l2) return latchmark::Unavailable{"level 2 is this CPU's last level of cache"};
            return between(std::min(4 * caches.l2, caches.last / 2), caches.l2, "the last level");
        case Level::memory:
            break;
    }
    const std::uint64_t bytes = std::min(std::bit_floor(4 * caches.last), kMostBytes);
    if (bytes >= 2 * caches.last) return bytes;
    return latchmark::Unavailable{"the last level of cache has " + in_words(caches.last) + ": a walk through " +
                                  in_words(kMostBytes) + " would find much of it there"};
}

}  // namespace benchmarks::instrument
