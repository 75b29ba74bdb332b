// Threads, meetings and windows of the control.
#include "harness/control/team.hpp"

#include <barrier>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "harness/machine/pinning.hpp"

namespace latchmark::control {

namespace {

class Team {
public:
    Team(Stimulus& stimulus, std::span<const unsigned> cpus, std::span<const counters::ResolvedRole> roles,
         counters::Kernel& kernel)
        : stimulus_(stimulus), cpus_(cpus), roles_(roles), kernel_(kernel), meeting_(static_cast<std::ptrdiff_t>(cpus.size())) {
        counts_.idle.resize(cpus.size());
        counts_.stimulus.resize(cpus.size());
    }

    OrUnavailable<TeamCounts> run() {
        std::vector<std::thread> threads;
        for (std::size_t worker = 0; worker < cpus_.size(); ++worker) {
            try {
                threads.emplace_back([this, worker] { work(worker); });
            } catch (const std::exception& problem) {
                give_up(std::string("cannot make a thread: ") + problem.what());
                break;
            }
        }
        // Those that were never made must not be waited for.
        for (std::size_t missing = threads.size(); missing < cpus_.size(); ++missing) meeting_.arrive_and_drop();
        for (auto& thread : threads) thread.join();
        if (!why_.empty()) return Unavailable{why_};
        return counts_;
    }

private:
    void work(std::size_t worker) noexcept {
        try {
            if (const auto why = machine::pin_this_thread(cpus_[worker])) throw std::runtime_error(*why);
            // The same thread for both: a new one would touch its own stack for the first time and count that.
            count(worker, Stretch::idle, counts_.idle[worker]);
            count(worker, Stretch::stimulus, counts_.stimulus[worker]);
        } catch (const std::exception& problem) {
            give_up(problem.what());
        }
        meeting_.arrive_and_drop();
    }

    void count(std::size_t worker, Stretch stretch, counters::WorkerCounts& counts) {
        stimulus_.prepare(worker, stretch);
        counters::WorkerCounters counters(roles_, kernel_);
        meeting_.arrive_and_wait();
        if (is_given_up()) return;  // waiting for a partner that will not come would cost time and say nothing
        counters.begin_window();
        const std::uint64_t times = stimulus_.run(worker, stretch);
        counters.end_window();
        counters.publish(counts);
        // Nobody prepares the next stretch while another still works on this one.
        meeting_.arrive_and_wait();
        if (stretch == Stretch::idle) return;
        const std::scoped_lock lock(mutex_);
        counts_.times += times;
    }

    void give_up(const std::string& why) {
        const std::scoped_lock lock(mutex_);
        if (why_.empty()) why_ = why.empty() ? "something went wrong that has no name" : why;
    }
    bool is_given_up() {
        const std::scoped_lock lock(mutex_);
        return !why_.empty();
    }

    Stimulus& stimulus_;
    std::span<const unsigned> cpus_;
    std::span<const counters::ResolvedRole> roles_;
    counters::Kernel& kernel_;
    std::barrier<> meeting_;
    TeamCounts counts_{};
    std::mutex mutex_{};  // guards times and the reason
    std::string why_{};
};

}  // namespace

OrUnavailable<TeamCounts> count_team(Stimulus& stimulus, std::span<const unsigned> cpus,
                                     std::span<const counters::ResolvedRole> roles, counters::Kernel& kernel) {
    return Team(stimulus, cpus, roles, kernel).run();
}

}  // namespace latchmark::control
