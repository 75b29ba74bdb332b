// A team of pinned threads or processes that runs the windows of one launch.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/counters/worker_counters.hpp"
#include "harness/measure/arena.hpp"
#include "harness/measure/window.hpp"
#include "latchmark/experiment.hpp"

namespace latchmark::measure {

struct TeamPlan {
    Team team = Team::threads;
    bool never_threaded = false;   // one worker: the calling thread
    std::vector<unsigned> cpus{};  // OS id of each worker's CPU; their number is the number of workers
    unsigned windows = 1;          // measured ones; the warm-up comes on top
    std::uint64_t window_ns = 0;
    std::uint64_t warm_up_ns = 0;
    std::uint64_t batch = 1;
    double extra_share = 0;  // operations beyond the reported ones, as a part of them, in the windows but not in the warm-up
    bool lockstep = false;
    bool is_calibrating = false;  // the batch grows from window to window until one takes kBatchNs
    Purpose purpose = Purpose::throughput;
    std::size_t tallies = 0;
    std::size_t final_tallies = 0;
    std::vector<std::size_t> parts{};  // of each worker; empty where all do the same
    std::vector<counters::ResolvedRole> roles{};
    double chain_step_ns = 1.0;  // sizes the frequency check before the first window and after the last
};

// The first of the measured windows that is counted. A thread with performance events is switched more slowly, by a third of a
// microsecond here and more where the events are the CPU's own: a pipe on one CPU took a quarter longer. So the last window is
// counted and the others are timed; a single one is both.
[[nodiscard]] inline unsigned counted_from(const TeamPlan& plan) {
    return plan.is_calibrating || plan.windows < 2 ? 0 : plan.windows - 1;
}

struct TeamResult {
    std::vector<WorkerWindow> warm_up{};                // one a worker
    std::vector<std::vector<WorkerWindow>> windows{};   // windows outside, workers inside
    unsigned counted_from = 0;                          // windows from here on are counted; those before are timed, or all
    std::vector<counters::WorkerCounts> counts{};       // one a worker, totals over the counted windows
    std::vector<std::vector<std::uint64_t>> tallies{};  // workers outside, totals over the windows
    std::vector<double> chain_before_ns{};              // time of one chain step, one a worker
    std::vector<double> chain_after_ns{};
    std::vector<std::uint64_t> latency_counts{};  // by bucket of LatencyRecorder, all workers; empty for other purposes
    std::uint64_t latency_max_ns = 0;
    std::uint64_t operations = 0;        // of the whole team since the workload was built: what verify gets
    std::uint64_t extra_operations = 0;  // of these, those that no window reports
    std::uint64_t batch = 1;             // of the last window: the calibrated one
    bool was_single_threaded = false;    // some worker ran in a process that glibc takes for single-threaded

    [[nodiscard]] std::span<const std::vector<WorkerWindow>> timed() const {
        return std::span(windows).first(counted_from == 0 ? windows.size() : counted_from);
    }
};

// The team did not come to its end; what() says which worker and why.
class TeamFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The user may not have so many threads or processes (RLIMIT_NPROC, the pids of a cgroup): a limit here, not a fault.
class TeamRefused : public TeamFailed {
public:
    using TeamFailed::TeamFailed;
};

// A batch takes about this long: the clock read after it costs 0.1 %, and the last batch overruns a 5 ms window by 0.4 %.
inline constexpr double kBatchNs = 20'000;

// Runs warm-up and windows; returns when every worker has ended and been waited for. Throws TeamFailed. No worker process
// outlives the call or the calling process, whatever happens.
[[nodiscard]] TeamResult run_team(const TeamPlan& plan, AnyWorkload& workload, Arena& arena);

}  // namespace latchmark::measure
