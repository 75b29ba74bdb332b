// One worker of a team: what it shares with the others, and its way through the windows.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <string>

#include "harness/counters/worker_counters.hpp"
#include "harness/measure/start_line.hpp"
#include "harness/measure/team.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::measure {

// What a worker leaves for the launch. Trivial, because a worker process writes it into memory that it shares with its parent.
struct WorkerReport {
    counters::WorkerCounts counts;
    std::uint64_t extra_operations;
    double chain_before_ns;
    double chain_after_ns;
    bool was_single_threaded;
    bool is_finished;
    bool is_refused;                // the failure is TeamRefused
    std::array<char, 200> failure;  // empty when none
};

// Each array starts on a block of its own: instruments of two workers never share a line.
struct WorkerMemory {
    WorkerMemory(const TeamPlan& plan, std::pmr::memory_resource* memory)
        : report(1, memory),
          windows(plan.windows + 1, memory),
          tallies(plan.tallies, memory),
          recorder(plan.purpose == Purpose::latency ? 2 : 0, memory) {}

    Slots<WorkerReport> report;
    Slots<WorkerWindow> windows;  // the first one is the warm-up
    Slots<std::uint64_t> tallies;
    Slots<LatencyRecorder> recorder;  // the second one takes what is recorded under counters, which is no result
};

struct TeamMemory {
    TeamMemory(const TeamPlan& plan, std::pmr::memory_resource* memory) : start_line(1, memory), ledger(1, memory) {
        for (std::size_t i = 0; i < plan.cpus.size(); ++i) workers.emplace_back(plan, memory);
    }

    Slots<StartLine> start_line;
    Slots<Isolated<BatchLedger>> ledger;
    std::deque<WorkerMemory> workers;
};

// Leaves the reason, and releases the others, who wait for this worker.
void fail(TeamMemory& memory, std::size_t worker, const std::string& why);

// Pins itself, opens its own counters, runs all windows. Failures end up in the report and release the rest of the team.
void work(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory, std::size_t worker) noexcept;

}  // namespace latchmark::measure
