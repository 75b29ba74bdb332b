// Two workloads and the plans that measure them: what tests of teams share.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <sched.h>
#include <span>
#include <string_view>
#include <vector>

#include "harness/machine/topology.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/parked_thread.hpp"
#include "harness/measure/team.hpp"

namespace latchmark::measure {

// Counts operations per worker in the team's memory.
class Counting {
public:
    explicit Counting(const Setting& setting) : counts_(setting.workers, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) {
        // relaxed: one writer each, read after the team has ended
        counts_[worker].value.fetch_add(operations, std::memory_order_relaxed);
    }
    void run(std::size_t worker, std::uint64_t operations, LatencyRecorder& recorder) {
        run(worker, operations);
        for (std::uint64_t i = 0; i < operations; ++i) recorder.record(100 * (worker + 1));
    }
    static constexpr std::array<std::string_view, 1> kTallies{"halves"};
    void run(std::size_t worker, std::uint64_t operations, std::span<std::uint64_t> tallies) {
        run(worker, operations);
        tallies[0] += 2 * operations;
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& count : counts_) operations -= count.value.load(std::memory_order_relaxed);
        return operations == 0;
    }

private:
    Slots<Isolated<std::atomic<std::uint64_t>>> counts_;
};

// Each operation waits until the partner has done its own.
class PingPong {
public:
    explicit PingPong(const Setting& setting) : turn_(1, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            while (turn_[0].value.load(std::memory_order_acquire) % 2 != worker) ::sched_yield();
            turn_[0].value.fetch_add(1, std::memory_order_release);
        }
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        return turn_[0].value.load(std::memory_order_relaxed) == operations;
    }

private:
    Slots<Isolated<std::atomic<std::uint64_t>>> turn_;
};

inline std::vector<unsigned> cpus_for(std::size_t workers) {
    const auto topology = machine::this_machine();
    std::vector<unsigned> cpus;
    for (std::size_t worker = 0; worker < workers; ++worker) cpus.push_back(topology.cpus[worker % topology.cpus.size()].os_id);
    return cpus;
}

inline TeamPlan plan_for(Team team, std::size_t workers) {
    return {.team = team, .cpus = cpus_for(workers), .windows = 3, .window_ns = 2'000'000, .warm_up_ns = 1'000'000, .batch = 50};
}

template <typename W>
Measurement measure_workload(const TeamPlan& plan) {
    const auto described = variant<W>("tested", "");
    return measure(described, plan, {.workers = plan.cpus.size(), .team = plan.team}, std::nullopt);
}

class TeamTest : public testing::TestWithParam<Team> {
    const ParkedThread parked_;
};

}  // namespace latchmark::measure
