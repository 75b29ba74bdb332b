// Settings of kernel, firmware and process that change numbers, from /proc and /sys.
#include "harness/machine/settings.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unistd.h>

#include "harness/machine/cgroup.hpp"

namespace latchmark::machine {
namespace {

using Fact = OrUnavailable<std::string>;

// The different values of one file over the allowed CPUs: "performance", or "performance, powersave" where they disagree.
Fact over_cpus(const KernelFiles& files, const Topology& topology, const std::string& file, const std::string& why_not) {
    std::set<std::string> values;
    for (const Cpu& cpu : topology.cpus)
        if (const auto value = files.text_if_any(cpu_file(cpu.os_id, file))) values.insert(*value);
    if (values.empty()) return Unavailable{why_not};
    return joined({values.begin(), values.end()}, ", ");
}

// The first of several files that exists, else the reason.
Fact first_of(const KernelFiles& files, const std::vector<std::string>& paths, const std::string& why_not) {
    for (const std::string& path : paths)
        if (const auto value = files.text_if_any(path)) return *value;
    return Unavailable{why_not};
}

Fact turbo(const KernelFiles& files) {
    // The two drivers say the opposite of each other: intel_pstate whether it is off, cpufreq whether it is on.
    if (const auto is_off = files.text_if_any("sys/devices/system/cpu/intel_pstate/no_turbo"))
        return *is_off == "0" ? "on" : "off";
    if (const auto is_on = files.text_if_any("sys/devices/system/cpu/cpufreq/boost")) return *is_on == "0" ? "off" : "on";
    return Unavailable{"no switch for turbo in this machine (virtual machine?)"};
}

// "always [madvise] never" is "madvise".
Fact chosen_in_brackets(const Fact& choices) {
    const auto* text = std::get_if<std::string>(&choices);
    if (text == nullptr) return choices;
    const std::size_t open = text->find('[');
    const std::size_t close = text->find(']');
    return open < close && close != std::string::npos ? text->substr(open + 1, close - open - 1) : *text;
}

// A set of CPUs, in which an empty file says "none" rather than nothing.
Fact none_if_empty(Fact list) {
    if (auto* text = std::get_if<std::string>(&list); text != nullptr && (text->empty() || *text == "(null)")) *text = "none";
    return list;
}

Fact named(const Fact& code, const std::map<std::string, std::string>& names) {
    const auto* text = std::get_if<std::string>(&code);
    const auto found = text != nullptr ? names.find(*text) : names.end();
    return found != names.end() ? Fact(found->second) : code;
}

// Only what affects this processor, on one line. The names are the kernel's files; a recorded tree may have any part of them.
Fact mitigations(const KernelFiles& files) {
    static constexpr std::array kVulnerabilities{"gather_data_sampling",
                                                 "ghostwrite",
                                                 "indirect_target_selection",
                                                 "itlb_multihit",
                                                 "l1tf",
                                                 "mds",
                                                 "meltdown",
                                                 "mmio_stale_data",
                                                 "old_microcode",
                                                 "reg_file_data_sampling",
                                                 "retbleed",
                                                 "spec_rstack_overflow",
                                                 "spec_store_bypass",
                                                 "spectre_v1",
                                                 "spectre_v2",
                                                 "srbds",
                                                 "tsa",
                                                 "tsx_async_abort",
                                                 "vmscape"};
    std::vector<std::string> affecting;
    bool is_known = false;
    for (const std::string name : kVulnerabilities) {
        const auto state = files.text_if_any("sys/devices/system/cpu/vulnerabilities/" + name);
        is_known |= state.has_value();
        if (state && *state != "Not affected") affecting.push_back(name + ": " + *state);
    }
    if (!is_known) return Unavailable{"this kernel does not list processor vulnerabilities"};
    return affecting.empty() ? "none needed" : joined(affecting, "; ");
}

Fact microcode(const KernelFiles& files) {
    for (const std::string& line : split(files.text_if_any("proc/cpuinfo").value_or(""), '\n'))
        if (line.starts_with("microcode"))
            if (const std::size_t colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
    return Unavailable{"/proc/cpuinfo does not state microcode"};
}

Fact allowed_cpus(const KernelFiles& files, const Topology& topology) {
    const std::size_t online = cpu_list(files.text_if_any("sys/devices/system/cpu/online").value_or("")).size();
    if (online == 0) return Unavailable{"cannot read /sys/devices/system/cpu/online"};
    if (topology.cpus.size() >= online) return "all";
    std::vector<unsigned> os_ids;
    std::ranges::transform(topology.cpus, std::back_inserter(os_ids), &Cpu::os_id);
    return std::to_string(os_ids.size()) + " of " + std::to_string(online) + ": " + as_cpu_list(os_ids);
}

// A guess from traces that container engines leave; its absence proves nothing, hence the wording.
Fact container(const KernelFiles& files) {
    if (files.has("run/.containerenv")) return "podman";
    if (files.has(".dockerenv")) return "docker";
    const std::string groups = files.text_if_any("proc/self/cgroup").value_or("");
    for (const std::string engine : {"kubepods", "docker", "lxc", "containerd"})
        if (groups.find(engine) != std::string::npos) return engine;
    return "no trace of one";
}

std::string libc_version() {
    std::array<char, 64> text{};
    return ::confstr(_CS_GNU_LIBC_VERSION, text.data(), text.size()) > 0 ? text.data() : "";
}

}  // namespace

Facts setting_facts(const KernelFiles& files, const Topology& topology) {
    const std::string cpu = "sys/devices/system/cpu/";
    const std::string no_cpufreq = "no cpufreq in this machine (virtual machine?)";
    const std::string libc = libc_version();
    return {
        {"address_randomization",
         named(files.text("proc/sys/kernel/randomize_va_space"), {{"0", "off"}, {"1", "on, without heap"}, {"2", "on"}})},
        {"allowed_cpus", allowed_cpus(files, topology)},
        {"cgroup_quota", cgroup_quota(files)},
        {"clocksource", files.text("sys/devices/system/clocksource/clocksource0/current_clocksource")},
        {"container", container(files)},
        {"energy_preference", over_cpus(files, topology, "cpufreq/energy_performance_preference",
                                        "no energy preference in this machine (virtual machine, or a driver without it)")},
        {"frequency_driver", over_cpus(files, topology, "cpufreq/scaling_driver", no_cpufreq)},
        {"governor", over_cpus(files, topology, "cpufreq/scaling_governor", no_cpufreq)},
        {"isolated_cpus", none_if_empty(files.text(cpu + "isolated"))},
        {"kernel", files.text("proc/sys/kernel/osrelease")},
        {"kernel_build", files.text("proc/sys/kernel/version")},
        {"libc", libc.empty() ? Fact(Unavailable{"the C library does not state its version"}) : Fact(libc)},
        {"microcode", microcode(files)},
        {"mitigations", mitigations(files)},
        {"nohz_full_cpus", none_if_empty(first_of(files, {cpu + "nohz_full"}, "this kernel cannot stop its tick"))},
        {"numa_balancing", named(first_of(files, {"proc/sys/kernel/numa_balancing"}, "this kernel has no NUMA balancing"),
                                 {{"0", "off"}, {"1", "on"}})},
        {"perf_event_paranoid", first_of(files, {"proc/sys/kernel/perf_event_paranoid"}, "this kernel has no perf_event_open")},
        {"smt_control", first_of(files, {cpu + "smt/control"}, "this kernel has no switch for SMT")},
        {"transparent_huge_pages", chosen_in_brackets(first_of(files, {"sys/kernel/mm/transparent_hugepage/enabled"},
                                                               "this kernel has no transparent huge pages"))},
        {"turbo", turbo(files)},
    };
}

}  // namespace latchmark::machine
