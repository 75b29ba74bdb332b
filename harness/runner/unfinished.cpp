// What a group's processes do, from /proc.
#include "harness/runner/unfinished.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "harness/machine/kernel_files.hpp"

namespace latchmark::runner {

namespace {

// A team may have hundreds of processes; the reason is one line.
constexpr std::size_t kMostTold = 8;

struct Process {
    pid_t id = 0;
    std::string name;
    char state = '?';
    pid_t group = 0;
    std::uint64_t cpu_ticks = 0;
};

std::optional<Process> process_of(const machine::KernelFiles& proc, const std::string& folder) {
    const auto id = machine::number_in<unsigned>(folder);
    if (!id) return std::nullopt;
    const auto text = proc.text_if_any(folder + "/stat");
    const auto open = text ? text->find('(') : std::string::npos;
    const auto close = text ? text->rfind(')') : std::string::npos;  // a name may have brackets and blanks
    if (open == std::string::npos || close == std::string::npos) return std::nullopt;
    Process process{.id = static_cast<pid_t>(*id), .name = text->substr(open + 1, close - open - 1)};
    std::istringstream fields(text->substr(close + 1));
    std::string skipped;
    fields >> process.state >> skipped >> process.group;
    constexpr int kBetweenGroupAndTimes = 8;
    for (int field = 0; field < kBetweenGroupAndTimes; ++field) fields >> skipped;
    std::uint64_t user_ticks = 0, kernel_ticks = 0;
    fields >> user_ticks >> kernel_ticks;
    if (!fields) return std::nullopt;
    process.cpu_ticks = user_ticks + kernel_ticks;
    return process;
}

std::string doing(const machine::KernelFiles& proc, const Process& process) {
    if (process.state == 'R') return "runs";
    if (process.state == 'Z') return "has ended";
    if (process.state == 'T' || process.state == 't') return "is stopped";
    const auto place = proc.text_if_any(std::to_string(process.id) + "/wchan");
    return place && !place->empty() && *place != "0" ? "sleeps in " + *place : "sleeps";
}

}  // namespace

std::string unfinished_in(pid_t group) {
    const machine::KernelFiles proc("/proc");
    std::vector<Process> processes;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
        auto process = process_of(proc, entry->path().filename().string());
        if (process && process->group == group) processes.push_back(std::move(*process));
    }
    std::ranges::sort(processes, {}, &Process::id);
    const auto ticks_per_s = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
    std::vector<std::string> told;
    for (const auto& process : processes) {
        if (told.size() == kMostTold) {
            told.push_back(std::to_string(processes.size() - kMostTold) + " more");
            break;
        }
        told.push_back(process.name + " " + doing(proc, process) + ", " +
                       std::to_string(process.cpu_ticks * 1'000 / ticks_per_s) + " ms of CPU");
    }
    return machine::joined(told, "; ");
}

}  // namespace latchmark::runner
