// What happened to the CPUs from outside between two moments.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "latchmark/base/unavailable.hpp"

namespace latchmark::machine {

// Time of the given CPUs in clock ticks (10 ms) since boot.
struct CpuTicks {
    std::uint64_t cpus;    // how many were found
    std::uint64_t stolen;  // taken by the hypervisor while something wanted to run
    std::uint64_t total;   // idle included
};

// Running sums and states as the kernel gives them at one moment.
struct DisturbanceSnapshot {
    OrUnavailable<CpuTicks> ticks = Unavailable{"not read"};
    OrUnavailable<std::uint64_t> tasks_started = Unavailable{"not read"};   // processes and threads of the whole machine
    OrUnavailable<std::uint64_t> throttle_count = Unavailable{"not read"};  // thermal, summed over the CPUs
    OrUnavailable<std::uint64_t> cgroup_throttled_ns = Unavailable{"not read"};
    OrUnavailable<double> runnable =
        Unavailable{"not read"};  // threads of the whole system that run or want to, without the caller's
    OrUnavailable<double> load_1m = Unavailable{"not read"};
    OrUnavailable<double> frequency_khz = Unavailable{"not read"};  // mean over the CPUs, as cpufreq states it
};

// Take it before a launch starts and after it was reaped, so that nothing runnable is our own but the caller. A CPU named
// several times counts once.
[[nodiscard]] DisturbanceSnapshot disturbance_now(const std::vector<unsigned>& workers_os_ids,
                                                  const std::filesystem::path& root = "/");

// Pure. The keys are always the same:
//   steal_share         of the CPUs' time; see steal_resolution
//   steal_resolution    the largest share that can hide behind no stolen tick: each CPU's sum is cut to whole ticks of 10 ms.
//                       A share of zero is given only when this is at most 2 % (stretches of half a second), the bound at
//                       which a round is void: five ticks without a stolen one do not say that nothing was stolen. So take
//                       snapshots around rounds and the run as well
//   foreign_load        runnable threads of others, the larger of before and after
//   load_1m             load average after
//   throttle_count      thermal throttling events
//   tasks_started       forks and clones on the whole machine, ours too: a launch is a process, its team are threads or processes
//   cgroup_throttled_ns time for which a quota stopped this process's group
//   frequency_khz       after
using Disturbance = std::map<std::string, OrUnavailable<double>>;
[[nodiscard]] Disturbance disturbance_between(const DisturbanceSnapshot& before, const DisturbanceSnapshot& after);

}  // namespace latchmark::machine
