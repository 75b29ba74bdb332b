// Starts the workers of a team, waits for them all, and gathers what they leave.
#include "harness/measure/team.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "harness/measure/parked_thread.hpp"
#include "harness/measure/worker.hpp"

namespace latchmark::measure {
namespace {

// Workers are made from the last to the first. All are born on this thread's CPU, which is worker 0's: made first, that one would
// spin there for the team while the others, who have yet to leave, wait for a slice of the scheduler.

[[noreturn]] void throw_refused_or_failed(int error, const std::string& what) {
    const std::string why = what + ": " + std::strerror(error);
    if (error == EAGAIN) throw TeamRefused(why);
    throw TeamFailed(why);
}

void run_threads(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory) {
    std::vector<std::thread> threads;
    try {
        for (std::size_t worker = plan.cpus.size(); worker-- > 0;) {
            threads.emplace_back([&, worker] { work(plan, workload, memory, worker); });
        }
    } catch (const std::system_error& problem) {
        memory.start_line[0].abandon();  // those that run wait for one that will never come
        for (auto& thread : threads) thread.join();
        throw_refused_or_failed(problem.code().value(),
                                "cannot make worker thread " + std::to_string(plan.cpus.size() - threads.size() - 1));
    }
    for (auto& thread : threads) thread.join();
}

[[noreturn]] void be_worker_process(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory, std::size_t worker,
                                    pid_t parent) {
    // Dies with the launch, however that dies. The parent may have died before the request took effect.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    try {
        const ParkedThread parked;  // the parent's did not survive the fork, and a worker process must not be elided either
        work(plan, workload, memory, worker);
    } catch (const std::system_error& problem) {
        // Not thrown on: the parent's handlers would run here, in its child.
        memory.workers[worker].report[0].is_refused = problem.code().value() == EAGAIN;
        fail(memory, worker, std::string("cannot make its parked thread: ") + problem.what());
    }
    ::_exit(0);  // no destructors: the workload belongs to the parent
}

std::string end_of_process(int status) {
    if (WIFSIGNALED(status))
        return "was killed by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
    return "exited with code " + std::to_string(WEXITSTATUS(status));
}

// Worker processes in the order of their index, all waited for when this goes.
class Processes {
public:
    ~Processes() {
        for (const pid_t process : processes_) {
            if (process > 0) ::kill(process, SIGKILL);
        }
        while (std::any_of(processes_.begin(), processes_.end(), [](pid_t process) { return process > 0; })) (void)wait_for_one();
    }
    explicit Processes(std::size_t workers) : processes_(workers) {}
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    void add(std::size_t worker, pid_t process) { processes_[worker] = process; }

    struct End {
        std::size_t worker;
        int status;
    };

    // Waits for whichever worker ends next.
    [[nodiscard]] End wait_for_one() {
        for (;;) {
            int status = 0;
            const pid_t ended = ::waitpid(-1, &status, 0);
            if (ended < 0 && errno != EINTR)
                throw TeamFailed(std::string("cannot wait for a worker process: ") + std::strerror(errno));
            const auto found = std::find(processes_.begin(), processes_.end(), ended);
            if (ended <= 0 || found == processes_.end()) continue;
            *found = 0;
            return {static_cast<std::size_t>(found - processes_.begin()), status};
        }
    }

private:
    std::vector<pid_t> processes_;  // 0: not made yet, or ended
};

void throw_if_failed(const TeamMemory& memory) {
    for (std::size_t worker = 0; worker < memory.workers.size(); ++worker) {
        const auto& report = memory.workers[worker].report[0];
        if (report.failure[0] == '\0') continue;
        const std::string why = "worker " + std::to_string(worker) + ": " + report.failure.data();
        if (report.is_refused) throw TeamRefused(why);
        throw TeamFailed(why);
    }
}

void run_processes(const TeamPlan& plan, AnyWorkload& workload, TeamMemory& memory) {
    Processes processes(plan.cpus.size());
    const pid_t parent = ::getpid();
    for (std::size_t worker = plan.cpus.size(); worker-- > 0;) {
        const pid_t process = ::fork();
        if (process < 0) throw_refused_or_failed(errno, "cannot fork worker process " + std::to_string(worker));
        if (process == 0) be_worker_process(plan, workload, memory, worker, parent);
        processes.add(worker, process);
    }
    for (std::size_t ended = 0; ended < plan.cpus.size(); ++ended) {
        const auto end = processes.wait_for_one();
        // The others may be waiting inside the workload for one that is gone: nothing but killing them ends that.
        if (end.status != 0) throw TeamFailed("worker process " + std::to_string(end.worker) + " " + end_of_process(end.status));
        throw_if_failed(memory);
    }
}

void throw_if_unfinished(const TeamMemory& memory) {
    for (std::size_t worker = 0; worker < memory.workers.size(); ++worker) {
        if (!memory.workers[worker].report[0].is_finished)
            throw TeamFailed("worker " + std::to_string(worker) + " did not finish");
    }
}

TeamResult gather(const TeamPlan& plan, const TeamMemory& memory) {
    TeamResult result;
    result.windows.resize(plan.windows);
    result.counted_from = counted_from(plan);
    for (const auto& worker : memory.workers) {
        const auto& report = worker.report[0];
        result.warm_up.push_back(worker.windows[0]);
        for (unsigned window = 0; window < plan.windows; ++window) result.windows[window].push_back(worker.windows[window + 1]);
        for (const auto& window : worker.windows) result.operations += window.operations;
        result.operations += report.extra_operations;
        result.extra_operations += report.extra_operations;
        result.counts.push_back(report.counts);
        result.tallies.emplace_back(worker.tallies.begin(), worker.tallies.end());
        result.chain_before_ns.push_back(report.chain_before_ns);
        result.chain_after_ns.push_back(report.chain_after_ns);
        result.was_single_threaded = result.was_single_threaded || report.was_single_threaded;
        if (worker.recorder.size() == 0) continue;
        const auto& recorder = worker.recorder[0];
        result.latency_counts.resize(LatencyRecorder::kBuckets);
        for (std::size_t bucket = 0; bucket < LatencyRecorder::kBuckets; ++bucket) {
            result.latency_counts[bucket] += recorder.count_in(bucket);
        }
        result.latency_max_ns = std::max(result.latency_max_ns, recorder.max_ns());
    }
    result.batch = memory.start_line[0].times().batch;
    return result;
}

}  // namespace

TeamResult run_team(const TeamPlan& plan, AnyWorkload& workload, Arena& arena) {
    TeamMemory memory(plan, &arena);
    if (plan.never_threaded)
        work(plan, workload, memory, 0);
    else if (plan.team == Team::threads)
        run_threads(plan, workload, memory);
    else
        run_processes(plan, workload, memory);
    throw_if_failed(memory);
    throw_if_unfinished(memory);
    return gather(plan, memory);
}

}  // namespace latchmark::measure
