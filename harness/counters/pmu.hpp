// Whether the CPU shows performance counters at all.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/event_group.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// The CPU's own PMUs by the kernel's names, without uncore and software ones; none when the kernel's list cannot be read.
[[nodiscard]] std::optional<std::vector<std::string>> cpu_pmus(Kernel& kernel);

// counted when opening a hardware event is worth a try, otherwise no_pmu.
[[nodiscard]] Outcome outcome_of_pmu(Kernel& kernel);

// The number in kernel.perf_event_paranoid: who may count what. None in a kernel without perf events.
[[nodiscard]] std::optional<int> perf_event_paranoid(Kernel& kernel);

}  // namespace latchmark::counters
