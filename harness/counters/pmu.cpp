// Short text files, read strictly: half a number is another number.
#include "harness/counters/pmu.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "harness/counters/event_table.hpp"

namespace latchmark::counters {
namespace {

constexpr std::string_view kDevices = "/sys/bus/event_source/devices";

// Without its line end; none when it cannot be read whole.
std::optional<std::string> file_text(const std::string& path, Kernel& kernel) {
    const int file = kernel.open_file(path.c_str());
    if (file < 0) return std::nullopt;
    std::array<char, 4096> text{};
    const long bytes = kernel.read_file(file, text.data(), text.size());
    kernel.close(file);
    if (bytes <= 0 || static_cast<std::size_t>(bytes) >= text.size()) return std::nullopt;
    std::string_view line(text.data(), static_cast<std::size_t>(bytes));
    if (line.ends_with('\n')) line.remove_suffix(1);
    return std::string(line);
}

template <typename Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::optional<std::vector<std::string>> cpu_pmus(Kernel& kernel) {
    auto names = kernel.names_in(std::string(kDevices).c_str());
    // cpu, cpu_core, cpu_atom; armv8_pmuv3_0, armv8_cortex_a57 and the like.
    if (names)
        std::erase_if(*names, [](const std::string& name) { return !name.starts_with("cpu") && !name.starts_with("armv"); });
    return names;
}

Outcome outcome_of_pmu(Kernel& kernel) {
    // An emulator shows the host's sysfs but lacks the call, so the call comes first: the task clock exists wherever it does.
    const EventRow* clock = generic_events().row_for("task_clock");
    const int event = clock == nullptr ? -ENOENT : kernel.open_event(clock->encoding, Scope::user, -1);
    if (event == -ENOSYS) return {Status::no_pmu, ENOSYS};
    if (event >= 0) kernel.close(event);
    const auto pmus = cpu_pmus(kernel);
    return pmus && pmus->empty() ? Outcome{Status::no_pmu, 0} : Outcome{};
}

CpuPmu described_pmu(const std::string& name, Kernel& kernel) {
    const std::string folder = std::string(kDevices) + "/" + name + "/";
    CpuPmu pmu{name, std::nullopt, file_text(folder + "cpus", kernel)};
    if (const auto type = file_text(folder + "type", kernel)) pmu.type = number_in<std::uint32_t>(*type);
    return pmu;
}

std::optional<bool> lists_cpu(std::string_view list, unsigned cpu) {
    bool is_listed = false;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view range = list.substr(0, comma);
        const std::size_t dash = std::min(range.find('-'), range.size());
        const auto first = number_in<unsigned>(range.substr(0, dash));
        const auto last = dash == range.size() ? first : number_in<unsigned>(range.substr(dash + 1));
        if (!first || !last) return std::nullopt;
        is_listed = is_listed || (*first <= cpu && cpu <= *last);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return is_listed;
}

std::vector<std::uint64_t> listed_events(const std::string& pmu, Kernel& kernel) {
    const std::string folder = std::string(kDevices) + "/" + pmu + "/events";
    std::vector<std::uint64_t> events;
    for (const std::string& name : kernel.names_in(folder.c_str()).value_or(std::vector<std::string>{})) {
        constexpr std::string_view kPrefix = "event=0x";
        const std::string text = file_text(std::string(folder).append("/").append(name), kernel).value_or("");
        if (!text.starts_with(kPrefix)) continue;
        if (const auto number = number_in<std::uint64_t>(std::string_view(text).substr(kPrefix.size()), 16))
            events.push_back(*number);
    }
    std::ranges::sort(events);
    return events;
}

std::optional<int> perf_event_paranoid(Kernel& kernel) {
    const auto text = file_text("/proc/sys/kernel/perf_event_paranoid", kernel);
    return text ? number_in<int>(*text) : std::nullopt;
}

}  // namespace latchmark::counters
