// Reads CPU quotas and throttling of both versions of control groups.
#include "harness/machine/cgroup.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace latchmark::machine {
namespace {

// The folders of this process's group and of all groups above it, as far as they are visible.
struct Groups {
    bool is_v1 = false;
    std::vector<std::string> folders{};
};

Groups groups_of_this_process(const KernelFiles& files) {
    Groups groups;
    std::string group;
    for (const std::string& line : split(files.text_if_any("proc/self/cgroup").value_or(""), '\n')) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::vector<std::string> controllers = split(std::string_view(line).substr(first + 1, second - first - 1), ',');
        const bool is_v1 = std::ranges::count(controllers, "cpu") > 0;
        if (!is_v1 && !controllers.empty()) continue;
        if (is_v1 || !groups.is_v1) group = line.substr(second + 1);
        groups.is_v1 |= is_v1;
    }

    static constexpr std::array kV1Mounts{"sys/fs/cgroup/cpu,cpuacct", "sys/fs/cgroup/cpu"};
    static constexpr std::array kV2Mounts{"sys/fs/cgroup/unified", "sys/fs/cgroup"};
    const auto& mounts = groups.is_v1 ? kV1Mounts : kV2Mounts;
    const auto mount = std::ranges::find_if(mounts, [&](const char* path) { return files.has(path); });
    if (mount == mounts.end()) return groups;
    // In a container the group's path may be the host's, of which only the mount's own folder can be seen.
    for (;; group.resize(group.rfind('/'))) {
        if (group == "/") group.clear();
        if (files.has(*mount + group)) groups.folders.push_back(*mount + group);
        if (group.find('/') == std::string::npos) return groups;
    }
}

// CPUs' worth of time; nothing without a limit. Sets `is_known` when the folder says anything at all.
std::optional<double> quota_of(const KernelFiles& files, const Groups& groups, const std::string& folder, bool& is_known) {
    std::vector<std::string> words;  // quota and period
    if (groups.is_v1) {
        words = {files.text_if_any(folder + "/cpu.cfs_quota_us").value_or(""),
                 files.text_if_any(folder + "/cpu.cfs_period_us").value_or("")};
    } else {
        words = split(files.text_if_any(folder + "/cpu.max").value_or(""), ' ');
    }
    if (words.size() != 2 || words[0].empty()) return std::nullopt;
    is_known = true;
    const auto quota_us = number_in<double>(words[0]);  // "max" or -1: no limit
    const auto period_us = number_in<double>(words[1]);
    if (!quota_us || !period_us || *quota_us <= 0 || *period_us <= 0) return std::nullopt;
    return *quota_us / *period_us;
}

// In cpu.stat: "throttled_time" in ns (v1), "throttled_usec" (v2).
std::optional<std::uint64_t> throttled_ns_in(const std::string& statistics) {
    for (const std::string& line : split(statistics, '\n')) {
        const std::vector<std::string> words = split(line, ' ');
        if (words.size() != 2) continue;
        const auto value = number_in<std::uint64_t>(words[1]);
        if (value && words[0] == "throttled_time") return *value;
        if (value && words[0] == "throttled_usec") return *value * 1'000U;
    }
    return std::nullopt;
}

}  // namespace

OrUnavailable<std::string> cgroup_quota(const KernelFiles& files) {
    const Groups groups = groups_of_this_process(files);
    bool is_known = false;
    std::optional<double> tightest;
    for (const std::string& folder : groups.folders)
        if (const auto quota = quota_of(files, groups, folder, is_known)) tightest = std::min(tightest.value_or(*quota), *quota);
    if (tightest) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g CPUs", *tightest);
        return std::string(text.data());
    }
    // The root group of version 2 has no cpu.max: being in it is being without limit.
    if (is_known || (!groups.is_v1 && files.has("sys/fs/cgroup/cgroup.controllers"))) return "none";
    return Unavailable{"no control group with CPU limits can be seen under /sys/fs/cgroup"};
}

OrUnavailable<std::uint64_t> cgroup_throttled_ns(const KernelFiles& files) {
    std::optional<std::uint64_t> sum_ns;
    for (const std::string& folder : groups_of_this_process(files).folders)
        if (const auto throttled_ns = throttled_ns_in(files.text_if_any(folder + "/cpu.stat").value_or("")))
            sum_ns = sum_ns.value_or(0) + *throttled_ns;
    if (sum_ns) return *sum_ns;
    return Unavailable{"no control group that counts throttling can be seen under /sys/fs/cgroup"};
}

}  // namespace latchmark::machine
