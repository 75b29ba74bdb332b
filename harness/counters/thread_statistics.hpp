// What the kernel keeps about every thread and shows without any permission: getrusage and schedstat.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/counters/event_group.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// Each of them is read as a whole into columns; a role is one column.
struct StatisticsColumn {
    std::string_view role, source;
    std::size_t index;
};

inline constexpr std::size_t kRusageColumns = 5;
inline constexpr std::size_t kSchedstatColumns = 2;

// Null when this source does not know the role.
[[nodiscard]] const StatisticsColumn* rusage_column(std::string_view role);
[[nodiscard]] const StatisticsColumn* schedstat_column(std::string_view role);

// Of the calling thread. The path stays bound to the thread that opens it.
inline constexpr const char* kSchedstatPath = "/proc/thread-self/schedstat";

// Fill `columns`, which must have room for all of them; otherwise say what went wrong.
[[nodiscard]] Outcome read_rusage(Kernel& kernel, std::span<std::uint64_t> columns);
[[nodiscard]] Outcome read_schedstat(Kernel& kernel, int file, std::span<std::uint64_t> columns);

}  // namespace latchmark::counters
