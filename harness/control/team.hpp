// Pinned threads that count themselves while they do something to be counted.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "harness/control/stimulus.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::control {

struct TeamCounts {
    std::vector<counters::WorkerCounts> idle, stimulus;  // of each worker, in the order of the roles
    std::uint64_t times = 0;                             // by all workers
};

// One worker on each of `cpus` (OS ids), an idle stretch and one with the stimulus. Never throws: what went wrong is the reason.
[[nodiscard]] OrUnavailable<TeamCounts> count_team(Stimulus& stimulus, std::span<const unsigned> cpus,
                                                   std::span<const counters::ResolvedRole> roles, counters::Kernel& kernel);

}  // namespace latchmark::control
