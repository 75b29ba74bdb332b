// What a workload is told when it is built: everything that must not be timed happens then.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <stdexcept>
#include <string>
#include <vector>

namespace latchmark {

// How the workers of a team are made. Worker processes share only `Setting::memory`.
enum class Team { threads, processes };

struct Setting {
    std::size_t workers = 1;
    Team team = Team::threads;
    // Zeroed memory near worker 0, shared by worker processes. A workload that takes memory elsewhere is private to each process.
    std::pmr::memory_resource* memory = std::pmr::get_default_resource();
    std::map<std::string, double> parameters{};  // one value for each axis of the experiment
    double chain_step_ns = 1.0;                  // time of one step of run_chain() on this machine
    std::uint64_t seed = 0;                      // for picks drawn beforehand
    // OS ids of CPUs for threads and processes that the workload makes itself: one a core, over as many caches as possible, that
    // of worker 0 first. Empty: they stay where they are born.
    std::vector<unsigned> seats{};

    // The value of an axis. Throws std::out_of_range naming the axis when the description has none of that name.
    [[nodiscard]] double parameter(const std::string& name) const {
        const auto found = parameters.find(name);
        if (found == parameters.end()) throw std::out_of_range("no axis named '" + name + "' in this experiment");
        return found->second;
    }

    // Steps of run_chain() that take about this long. Below some 20 ns say steps, not nanoseconds.
    [[nodiscard]] std::uint64_t chain_steps(double duration_ns) const {
        return static_cast<std::uint64_t>(std::llround(duration_ns / chain_step_ns));
    }
};

}  // namespace latchmark
