// A worker's way through warm-up and windows.
#include "harness/measure/worker.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <sched.h>
#include <span>
#include <string>
#include <sys/resource.h>
#include <sys/single_threaded.h>

#include "harness/machine/pinning.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/measure/extra_operations.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::measure {
namespace {

// All workers must have seen the start before it comes. Those of a large team hear of it one after the other.
std::uint64_t start_margin_ns(std::size_t workers) { return 5'000 + 100 * workers; }

// The fastest of a few short stretches: an interrupt lengthens some of them, a lower frequency all.
constexpr int kChainChecks = 8;
constexpr double kChainCheckNs = 5'000;

double chain_step_ns_now(double expected_step_ns) {
    const auto steps = static_cast<std::uint64_t>(kChainCheckNs / expected_step_ns) + 1;
    std::uint64_t fastest_ns = UINT64_MAX;
    for (int i = 0; i < kChainChecks; ++i) {
        const std::uint64_t begin_ns = now_ns();
        run_chain(steps);
        fastest_ns = std::min(fastest_ns, now_ns() - begin_ns);
    }
    return static_cast<double>(fastest_ns) / static_cast<double>(steps);
}

// In all windows, counted or not: a disturbance must not hide where time is taken.
std::uint64_t involuntary_switches() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return static_cast<std::uint64_t>(usage.ru_nivcsw);
}

unsigned current_cpu() { return static_cast<unsigned>(::sched_getcpu()); }

class Worker {
public:
    Worker(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory, std::size_t index)
        : plan_(plan),
          workload_(workload),
          team_(memory),
          mine_(memory.workers[index]),
          index_(index),
          extra_(plan.extra_share) {}

    void run() {
        if (const auto why = machine::pin_this_thread(plan_.cpus[index_])) return fail(team_, index_, *why);
        report().was_single_threaded = __libc_single_threaded != 0;
        for (unsigned window = 0; window <= plan_.windows; ++window) {
            if (window == 1) end_warm_up();
            is_counted_ = window > counted_from(plan_);
            if (is_counted_ && !counters_) counters_.emplace(plan_.roles, counters::kernel_in_use());
            if (!meet(window)) return;
            mine_.windows[window] = one_window();
        }
        report().chain_after_ns = chain_step_ns_now(plan_.chain_step_ns);
        counters_->publish(report().counts);
        report().extra_operations = extra_.done();
        report().is_finished = true;
    }

private:
    WorkerReport& report() { return mine_.report[0]; }

    // What was recorded while caches and frequency settled is no result.
    void end_warm_up() {
        for (auto& recorder : mine_.recorder) recorder.clear();
        std::fill(mine_.tallies.begin(), mine_.tallies.end(), 0U);
        report().chain_before_ns = chain_step_ns_now(plan_.chain_step_ns);
        is_warm_ = true;
    }

    [[nodiscard]] bool meet(unsigned window) {
        const auto workers = static_cast<std::uint32_t>(plan_.cpus.size());
        // All are born on worker 0's CPU: until the team has met once, some may still have to leave it.
        const bool shares_cpus = window == 0 || std::count(plan_.cpus.begin(), plan_.cpus.end(), plan_.cpus[index_]) > 1;
        return team_.start_line[0].meet(window, workers, shares_cpus, [&](WindowTimes& times) {
            times.batch = plan_.is_calibrating ? calibrated_batch(window) : plan_.batch;
            team_.ledger[0].value.reopen();
            times.start_ns = now_ns() + start_margin_ns(workers);
            times.deadline_ns = times.start_ns + (window == 0 ? plan_.warm_up_ns : plan_.window_ns);
        });
    }

    // From the window that has just ended, with the real team. The first one knows nothing yet.
    [[nodiscard]] std::uint64_t calibrated_batch(unsigned window) const {
        if (window == 0) return 1;
        std::vector<WorkerWindow> previous;
        std::vector<WorkerWindow> first;  // whose batches were single operations
        for (const auto& worker : team_.workers) {
            previous.push_back(worker.windows[window - 1]);
            first.push_back(worker.windows[0]);
        }
        return batch_of_team(previous, first, plan_.parts, kBatchNs).value_or(team_.start_line[0].times().batch);
    }

    void run_batch(std::uint64_t reported) {
        const std::uint64_t operations = reported + (is_warm_ ? extra_.with(reported) : 0);
        switch (plan_.purpose) {
            case Purpose::throughput:
                return workload_.run(index_, operations);
            case Purpose::latency:
                return workload_.run(index_, operations, mine_.recorder[is_counted_ && counted_from(plan_) > 0 ? 1 : 0]);
            case Purpose::counts:
                return workload_.run(index_, operations, std::span<std::uint64_t>(mine_.tallies.begin(), mine_.tallies.size()));
        }
    }

    [[nodiscard]] WorkerWindow one_window() {
        const WindowTimes times = team_.start_line[0].times();
        const auto run = [this](std::uint64_t batch) { run_batch(batch); };
        const unsigned cpu_begin = current_cpu();
        // Read outside the window's own stamps: each of the two is a system call.
        const std::uint64_t switches_before = involuntary_switches();
        const std::uint64_t cpu_time_before_ns = thread_cpu_time_ns();
        // After the start, so that waiting for it is not counted, and within the other system calls, which are not the
        // workload's.
        if (is_counted_) counters_->begin_window();
        WorkerWindow window = plan_.lockstep ? lockstep_window(times.batch, times.deadline_ns, team_.ledger[0].value, run, now_ns)
                                             : free_running_window(times.batch, times.deadline_ns, run, now_ns);
        if (is_counted_) counters_->end_window();
        window.cpu_time_ns = thread_cpu_time_ns() - cpu_time_before_ns;
        window.involuntary_switches = involuntary_switches() - switches_before;
        window.start_ns = times.start_ns;
        window.deadline_ns = times.deadline_ns;
        window.cpu_begin = cpu_begin;
        window.cpu_end = current_cpu();
        return window;
    }

    std::optional<counters::WorkerCounters> counters_{};  // from the first counted window on
    const TeamPlan& plan_;
    AnyWorkload& workload_;
    TeamMemory& team_;
    WorkerMemory& mine_;
    std::size_t index_;
    ExtraOperations extra_;
    bool is_warm_ = false;     // the warm-up is over
    bool is_counted_ = false;  // the window that is on its way
};

}  // namespace

void fail(TeamMemory& memory, std::size_t worker, const std::string& why) {
    auto& failure = memory.workers[worker].report[0].failure;
    std::snprintf(failure.data(), failure.size(), "%s", why.c_str());
    memory.start_line[0].abandon();
}

void work(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory, std::size_t worker) noexcept {
    Worker self(plan, workload, memory, worker);
    try {
        self.run();
    } catch (const std::exception& problem) {
        fail(memory, worker, problem.what());
    }
}

}  // namespace latchmark::measure
