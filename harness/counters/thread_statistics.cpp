// getrusage and schedstat, column by column.
#include "harness/counters/thread_statistics.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace latchmark::counters {
namespace {

constexpr std::array<StatisticsColumn, kRusageColumns> kRusage{{
    {"minor_faults", "getrusage ru_minflt", 0},
    {"major_faults", "getrusage ru_majflt", 1},
    {"page_faults", "getrusage ru_minflt + ru_majflt", 2},
    {"voluntary_switches", "getrusage ru_nvcsw", 3},
    {"involuntary_switches", "getrusage ru_nivcsw", 4},
}};

// schedstat's first number, the CPU time, is left out: the kernel brings it up to date at ticks only, which may be
// as long as a window.
constexpr std::array<StatisticsColumn, kSchedstatColumns> kSchedstat{{
    {"run_queue_wait", "schedstat run_delay", 0},
    {"timeslices", "schedstat pcount", 1},
}};

const StatisticsColumn* find(std::span<const StatisticsColumn> columns, std::string_view role) {
    const auto found = std::ranges::find(columns, role, &StatisticsColumn::role);
    return found == columns.end() ? nullptr : &*found;
}

}  // namespace

const StatisticsColumn* rusage_column(std::string_view role) { return find(kRusage, role); }

const StatisticsColumn* schedstat_column(std::string_view role) { return find(kSchedstat, role); }

Outcome read_rusage(Kernel& kernel, std::span<std::uint64_t> columns) {
    ThreadUsage usage;
    if (const int result = kernel.usage_of_thread(usage); result < 0) return {Status::read_failed, -result};
    const std::array values{usage.minor_faults, usage.major_faults, usage.minor_faults + usage.major_faults,
                            usage.voluntary_switches, usage.involuntary_switches};
    static_assert(values.size() == kRusageColumns);
    std::ranges::copy(values, columns.begin());
    return {};
}

Outcome read_schedstat(Kernel& kernel, int file, std::span<std::uint64_t> columns) {
    std::array<char, 96> text{};  // three numbers of at most 20 digits
    const long bytes = kernel.read_file(file, text.data(), text.size());
    if (bytes < 0) return {Status::read_failed, static_cast<int>(-bytes)};
    std::array<std::uint64_t, 3> numbers{};
    const char* from = text.data();
    const char* const end = text.data() + bytes;
    for (std::uint64_t& number : numbers) {
        while (from != end && *from == ' ') ++from;
        const auto [rest, error] = std::from_chars(from, end, number);
        if (error != std::errc{}) return {Status::read_failed, EBADMSG};
        from = rest;
    }
    // A thread that reads this has been on a CPU at least once: the kernel keeps no statistics and prints zeros.
    if (numbers[2] == 0) return {Status::not_supported, 0};
    columns[0] = numbers[1];
    columns[1] = numbers[2];
    return {};
}

}  // namespace latchmark::counters
