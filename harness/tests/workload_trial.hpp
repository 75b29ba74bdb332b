// Runs a workload with real threads and asks whether it did what it says: for workload tests, without the measuring harness.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <thread>
#include <utility>
#include <vector>

#include "latchmark/measure/workload.hpp"

namespace latchmark {

// What `verify` says after a trial, about the true number of operations and about one more and one less: a verify that agrees
// with all three could not fail.
struct Trial {
    bool finds_all = false;
    bool misses_one = false;
    bool finds_one_too_many = false;
};

// `run` is called as run(workload, worker, operations) in each worker's own thread.
template <Workload W, typename Run>
[[nodiscard]] Trial trial_of(Setting setting, std::uint64_t operations, Run run) {
    std::pmr::monotonic_buffer_resource memory;
    setting.memory = &memory;
    const OwnedWorkload workload = make_workload<W>(setting);
    std::vector<std::thread> threads;
    for (std::size_t worker = 0; worker < setting.workers; ++worker) {
        threads.emplace_back([&, worker] { run(*workload, worker, operations); });
    }
    for (auto& thread : threads) thread.join();
    const std::uint64_t total = operations * setting.workers;
    return {.finds_all = workload->verify(total),
            .misses_one = !workload->verify(total + 1),
            .finds_one_too_many = !workload->verify(total - 1)};
}

template <Workload W>
[[nodiscard]] Trial trial_of(Setting setting, std::uint64_t operations) {
    return trial_of<W>(std::move(setting), operations,
                       [](AnyWorkload& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count); });
}

}  // namespace latchmark
