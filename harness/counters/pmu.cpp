// What sysfs and procfs say about performance counters.
#include "harness/counters/pmu.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "harness/counters/event_table.hpp"

namespace latchmark::counters {

std::optional<std::vector<std::string>> cpu_pmus(Kernel& kernel) {
    auto names = kernel.names_in("/sys/bus/event_source/devices");
    // cpu, cpu_core, cpu_atom; armv8_pmuv3_0, armv8_cortex_a57 and the like.
    if (names)
        std::erase_if(*names, [](const std::string& name) { return !name.starts_with("cpu") && !name.starts_with("armv"); });
    return names;
}

Outcome outcome_of_pmu(Kernel& kernel) {
    // An emulator shows the host's sysfs but lacks the call, so the call comes first: the task clock exists wherever it does.
    const EventRow* clock = generic_events().row_for("task_clock");
    const int event = clock == nullptr ? 0 : kernel.open_event(clock->encoding, Scope::user, -1);
    if (event == -ENOSYS) return {Status::no_pmu, ENOSYS};
    if (event > 0) kernel.close(event);
    const auto pmus = cpu_pmus(kernel);
    return pmus && pmus->empty() ? Outcome{Status::no_pmu, 0} : Outcome{};
}

std::optional<int> perf_event_paranoid(Kernel& kernel) {
    const int file = kernel.open_file("/proc/sys/kernel/perf_event_paranoid");
    if (file < 0) return std::nullopt;
    std::array<char, 16> text{};
    const long bytes = kernel.read_file(file, text.data(), text.size());
    kernel.close(file);
    int level = 0;
    if (bytes <= 0 || std::from_chars(text.data(), text.data() + bytes, level).ec != std::errc{}) return std::nullopt;
    return level;
}

}  // namespace latchmark::counters
