// What decides which events answer on this machine: asked once per launch.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/event_group.hpp"
#include "harness/counters/event_table.hpp"
#include "harness/counters/identification.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

struct Host {
    // counted: hardware events are worth a try. no_pmu: there is none. not_supported: EXDEV, the team's cores are of different
    // kinds; ENODEV, the kernel names no single PMU for a core.
    Outcome pmu{};
    Identification cpu{};                   // of the team's first CPU
    const EventTable* table = nullptr;      // null: the kernel's own events only
    std::string why_no_table{};             // a sentence, exactly without a table
    std::vector<std::string> kinds{};       // of the team's cores, for people: "cpu_core", "cpu_atom"; one where all are alike
    std::optional<std::uint32_t> pmu_type;  // exactly on machines with several PMUs: events must say which one is meant
    std::vector<std::uint64_t> listed{};    // Arm's events that sysfs lists, ascending
    std::optional<int> perf_event_paranoid{};

    // False for an event of which it is known that it would open, run, and count 0.
    [[nodiscard]] bool implements(const Encoding& encoding) const;
};

// Of a team on these CPUs; when empty, of the CPU that the caller runs on.
[[nodiscard]] Host host_of(const std::vector<unsigned>& cpus, Kernel& kernel);

}  // namespace latchmark::counters
