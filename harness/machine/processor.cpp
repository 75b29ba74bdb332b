// Identity of processor, caches and memory from /proc/cpuinfo and /sys.
#include "harness/machine/processor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace latchmark::machine {
namespace {

using Fact = OrUnavailable<std::string>;

// Key of /proc/cpuinfo -> its different values over the CPUs, in order: the two kinds of a big.LITTLE machine are two values.
using CpuInfo = std::map<std::string, std::vector<std::string>>;

CpuInfo cpu_info(const std::string& text) {
    CpuInfo info;
    for (const std::string& line : split(text, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        const std::string key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
        const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
        std::vector<std::string>& values = info[key];
        const std::string value = begin == std::string::npos ? "" : line.substr(begin);
        if (std::ranges::count(values, value) == 0) values.push_back(value);
    }
    return info;
}

Fact value_of(const CpuInfo& info, const std::vector<std::string>& keys) {
    for (const std::string& key : keys)
        if (const auto found = info.find(key); found != info.end()) return joined(found->second, ", ");
    return Unavailable{"/proc/cpuinfo of this machine has no '" + keys.front() + "'"};
}

// Those that decide which code runs or what a clock or a spin wait means; the rest of some hundred flags tells nothing here.
constexpr std::array kFeaturesUsed{"cx16",      "rtm",    "waitpkg",      "monitorx",    "clflushopt", "cldemote",
                                   "serialize", "rdtscp", "constant_tsc", "nonstop_tsc", "avx512f",    "atomics",
                                   "uscat",     "lrcpc",  "ilrcpc",       "lse128",      "wfxt",       "sb"};

Fact isa_features(const CpuInfo& info) {
    Fact all = value_of(info, {"flags", "Features"});
    const auto* text = std::get_if<std::string>(&all);
    if (text == nullptr) return all;
    const std::vector<std::string> flags = split(*text, ' ');
    std::vector<std::string> used;
    std::ranges::copy_if(kFeaturesUsed, std::back_inserter(used),
                         [&](std::string_view name) { return std::ranges::count(flags, name) > 0; });
    return used.empty() ? "none of those that matter" : joined(used, " ");
}

std::vector<unsigned> online_cpus(const KernelFiles& files) {
    return cpu_list(files.text_if_any("sys/devices/system/cpu/online").value_or(""));
}

struct Shape {
    std::set<std::string> packages{};
    std::set<std::string> cores{};  // as the set of their CPUs: core_id repeats between packages
    std::size_t threads_per_core = 0;
};

std::optional<Shape> shape(const KernelFiles& files, const std::vector<unsigned>& cpus) {
    Shape shape;
    for (const unsigned cpu : cpus) {
        const auto package = files.text_if_any(cpu_file(cpu, "topology/physical_package_id"));
        auto core = files.text_if_any(cpu_file(cpu, "topology/core_cpus_list"));
        if (!core) core = files.text_if_any(cpu_file(cpu, "topology/thread_siblings_list"));  // the name before Linux 5.3
        if (!package || !core) return std::nullopt;
        shape.packages.insert(*package);
        shape.cores.insert(*core);
        shape.threads_per_core = std::max(shape.threads_per_core, cpu_list(*core).size());
    }
    return cpus.empty() ? std::nullopt : std::optional(shape);
}

// CPUs by what the kernel says of their kind: the name of their PMU on hybrid x86, else their relative capacity.
std::map<std::string, std::vector<unsigned>> cpus_by_kind(const KernelFiles& files, const std::vector<unsigned>& cpus) {
    std::map<std::string, std::vector<unsigned>> kinds;
    const std::vector<unsigned> small_cores = cpu_list(files.text_if_any("sys/devices/cpu_atom/cpus").value_or(""));
    for (const unsigned cpu : cpus) {
        const bool is_small = std::ranges::count(small_cores, cpu) > 0;
        const std::string name = !small_cores.empty()
                                     ? (is_small ? "efficient" : "performance")
                                     : "capacity " + files.text_if_any(cpu_file(cpu, "cpu_capacity")).value_or("unknown");
        kinds[name].push_back(cpu);
    }
    return kinds;
}

std::string kinds_named(const std::map<std::string, std::vector<unsigned>>& kinds) {
    if (kinds.size() < 2) return "all alike";
    std::vector<std::string> parts;
    parts.reserve(kinds.size());
    for (const auto& [name, cpus] : kinds) parts.push_back(std::to_string(cpus.size()) + " x " + name);
    return joined(parts, ", ");
}

// "L1d 48K x 1, L2 2048K x 1, L3 32768K x 16": size and the number of CPUs that share it, as the first CPU of a kind sees them.
std::string caches_of(const KernelFiles& files, unsigned cpu) {
    std::vector<std::string> caches;
    for (unsigned index = 0;; ++index) {
        const std::string folder = cpu_file(cpu, "cache/index" + std::to_string(index) + "/");
        const auto level = files.text_if_any(folder + "level");
        if (!level) return joined(caches, ", ");
        const std::string type = files.text_if_any(folder + "type").value_or("");
        const std::string suffix = type == "Data" ? "d" : type == "Instruction" ? "i" : "";
        const std::string size = files.text_if_any(folder + "size").value_or("of unknown size");
        const std::size_t sharers = cpu_list(files.text_if_any(folder + "shared_cpu_list").value_or("")).size();
        const std::string name = "L" + *level + suffix;
        caches.push_back(joined({name, size, "x", sharers > 0 ? std::to_string(sharers) : "unknown"}, " "));
    }
}

Fact caches(const KernelFiles& files, const std::map<std::string, std::vector<unsigned>>& kinds) {
    std::vector<std::string> parts;
    for (const auto& [name, cpus] : kinds)
        if (std::string part = caches_of(files, cpus.front()); !part.empty() && std::ranges::count(parts, part) == 0)
            parts.push_back(part);
    if (parts.empty()) return Unavailable{"this machine does not describe its caches"};
    return joined(parts, "; ");
}

// To the nearest of 1, 1.25, 1.5, 1.75 x 2^n GiB: what firmware and kernel keep back differs from boot to boot.
std::string rounded_memory(std::uint64_t total_kib) {
    const double gib = static_cast<double>(total_kib) / (1024.0 * 1024.0);
    const double quarter = std::exp2(std::floor(std::log2(gib))) / 4.0;
    const double rounded = std::round(gib / quarter) * quarter;
    const auto mib = static_cast<std::uint64_t>(std::round(rounded * 1024.0));
    return mib % 1024 == 0 ? std::to_string(mib / 1024) + " GiB" : std::to_string(mib) + " MiB";
}

Fact memory(const KernelFiles& files) {
    Fact content = files.text("proc/meminfo");
    const auto* text = std::get_if<std::string>(&content);
    if (text == nullptr) return content;
    for (const std::string& line : split(*text, '\n'))
        if (line.starts_with("MemTotal:"))
            if (const std::vector<std::string> words = split(line, ' '); words.size() > 1)
                if (const auto total_kib = number_in<std::uint64_t>(words[1]); total_kib && *total_kib > 0)
                    return rounded_memory(*total_kib);
    return Unavailable{"/proc/meminfo has no MemTotal"};
}

// The vendor's name where one of several traces gives it away.
std::string hypervisor_name(const KernelFiles& files) {
    if (const auto type = files.text_if_any("sys/hypervisor/type")) return *type;
    if (const auto compatible = files.text_if_any("proc/device-tree/hypervisor/compatible"))
        return compatible->substr(0, compatible->find('\0'));
    const std::string clocks =
        files.text_if_any("sys/devices/system/clocksource/clocksource0/available_clocksource").value_or("");
    if (clocks.find("kvm-clock") != std::string::npos) return "kvm";
    if (clocks.find("hyperv") != std::string::npos) return "hyper-v";
    return files.text_if_any("sys/class/dmi/id/sys_vendor").value_or("of unknown make");
}

Fact hypervisor(const KernelFiles& files, const CpuInfo& info, const std::string& architecture) {
    const bool is_described_as_x86 = info.contains("vendor_id");
    const bool is_x86 = architecture == "x86_64";
    if (is_x86 != is_described_as_x86 && (is_described_as_x86 || info.contains("CPU implementer")))
        return "user-mode emulation of " + architecture;
    if (is_x86) {
        Fact flags = value_of(info, {"flags"});
        const auto* text = std::get_if<std::string>(&flags);
        if (text == nullptr) return flags;
        return std::ranges::count(split(*text, ' '), "hypervisor") > 0 ? hypervisor_name(files) : "none";
    }
    if (files.has("sys/hypervisor/type") || files.has("proc/device-tree/hypervisor")) return hypervisor_name(files);
    return Unavailable{"this architecture does not say whether it is virtual"};
}

}  // namespace

Facts processor_facts(const KernelFiles& files, const std::string& architecture) {
    const CpuInfo info = cpu_info(files.text_if_any("proc/cpuinfo").value_or(""));
    const std::vector<unsigned> online = online_cpus(files);
    const auto kinds = cpus_by_kind(files, online);
    Facts facts{
        {"architecture", architecture},
        {"vendor", value_of(info, {"vendor_id", "CPU implementer"})},
        {"family", value_of(info, {"cpu family", "CPU architecture"})},
        {"model", value_of(info, {"model", "CPU part"})},
        {"stepping", value_of(info, {"stepping", "CPU revision"})},
        {"model_name", value_of(info, {"model name"})},
        {"isa_features", isa_features(info)},
        {"hypervisor", hypervisor(files, info, architecture)},
        {"memory", memory(files)},
        {"caches", caches(files, kinds)},
        {"core_kinds",
         kinds.empty() ? Fact(Unavailable{"cannot read /sys/devices/system/cpu/online"}) : Fact(kinds_named(kinds))},
    };
    if (architecture == "aarch64") {
        facts["variant"] = value_of(info, {"CPU variant"});
        facts["midr"] = files.text(cpu_file(online.empty() ? 0 : online.front(), "regs/identification/midr_el1"));
    }

    const auto nodes = files.text_if_any("sys/devices/system/node/online");
    facts["numa_nodes"] =
        nodes ? Fact(std::to_string(cpu_list(*nodes).size())) : Fact(Unavailable{"this kernel has no NUMA support"});

    const Unavailable not_described{"this machine does not describe sockets and cores in /sys"};
    const auto found = shape(files, online);
    facts["sockets"] = found ? Fact(std::to_string(found->packages.size())) : Fact(not_described);
    facts["cores"] = found ? Fact(std::to_string(found->cores.size())) : Fact(not_described);
    facts["threads_per_core"] = found ? Fact(std::to_string(found->threads_per_core)) : Fact(not_described);
    return facts;
}

}  // namespace latchmark::machine
