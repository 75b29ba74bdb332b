// What sysfs and procfs say about the performance counters of the CPU.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/event_group.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// The CPU's own PMUs by the kernel's names, without uncore and software ones; none when the kernel's list cannot be read. Two
// and more: the machine has cores of different kinds.
[[nodiscard]] std::optional<std::vector<std::string>> cpu_pmus(Kernel& kernel);

// counted when opening a hardware event is worth a try, otherwise no_pmu.
[[nodiscard]] Outcome outcome_of_pmu(Kernel& kernel);

// One of them, as its folder in sysfs describes it.
struct CpuPmu {
    std::string name;
    std::optional<std::uint32_t> type;  // by which an event is sent to it; none when the kernel does not say
    std::optional<std::string> cpus;    // "0-3,8" as the kernel writes lists; none when it does not say
};
[[nodiscard]] CpuPmu described_pmu(const std::string& name, Kernel& kernel);

// Whether a list of CPUs as the kernel writes it ("0-3,8") has this one; none when it is no such list.
[[nodiscard]] std::optional<bool> lists_cpu(std::string_view list, unsigned cpu);

// The numbers of the events that the kernel lists for an Arm PMU, ascending: of the architecture's common events those that
// the core implements. What cannot be read is not listed.
[[nodiscard]] std::vector<std::uint64_t> listed_events(const std::string& pmu, Kernel& kernel);

// The number in kernel.perf_event_paranoid: who may count what. None in a kernel without perf events.
[[nodiscard]] std::optional<int> perf_event_paranoid(Kernel& kernel);

}  // namespace latchmark::counters
