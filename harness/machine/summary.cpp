// The shape of a machine in one line for a person.
#include <algorithm>
#include <map>
#include <set>

#include "harness/machine/topology.hpp"

namespace latchmark::machine {
namespace {

std::string counted(std::size_t number, const std::string& noun) {
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

// The value that all keys have in common, or 0.
std::size_t common_value(const std::map<unsigned, std::size_t>& counts) {
    const std::size_t first = counts.empty() ? 0 : counts.begin()->second;
    return std::ranges::all_of(counts, [&](const auto& entry) { return entry.second == first; }) ? first : 0;
}

// "8 cores x 2 threads", or "7 cores, 11 CPUs" where the cores are not alike.
std::string cores_of(const std::map<unsigned, std::size_t>& threads_per_core, std::size_t alike_groups) {
    const std::size_t threads = common_value(threads_per_core);
    if (threads > 0) return counted(threads_per_core.size() / alike_groups, "core") + " x " + counted(threads, "thread");
    std::size_t cpus = 0;
    for (const auto& [core, count] : threads_per_core) cpus += count;
    return counted(threads_per_core.size(), "core") + ", " + counted(cpus, "CPU");
}

}  // namespace

std::string summary(const Topology& topology) {
    std::map<unsigned, std::map<unsigned, std::size_t>> threads_by_kind;  // kind, core -> threads
    std::map<unsigned, std::set<unsigned>> cores_by_package;
    for (const Cpu& cpu : topology.cpus) {
        ++threads_by_kind[cpu.kind][cpu.core];
        cores_by_package[cpu.package].insert(cpu.core);
    }
    const std::string sockets = counted(cores_by_package.size(), "socket");
    std::map<unsigned, std::size_t> cores_per_package;
    for (const auto& [package, cores] : cores_by_package) cores_per_package[package] = cores.size();

    const bool is_regular =
        threads_by_kind.size() == 1 && common_value(threads_by_kind.begin()->second) > 0 && common_value(cores_per_package) > 0;
    if (is_regular) return sockets + " x " + cores_of(threads_by_kind.begin()->second, cores_by_package.size());
    std::string kinds;
    for (const auto& [kind, threads] : threads_by_kind) kinds += (kinds.empty() ? "" : " + ") + cores_of(threads, 1);
    return sockets + ": " + kinds;
}

}  // namespace latchmark::machine
