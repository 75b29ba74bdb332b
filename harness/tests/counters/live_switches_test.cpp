// Switches and migrations of the real kernel: exactly those that each worker causes, in threads and in processes.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdexcept>
#include <thread>
#include <vector>

#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/tests/small_team.hpp"

namespace latchmark::counters {
namespace {

class LiveCountersOf : public testing::TestWithParam<Team> {};
INSTANTIATE_TEST_SUITE_P(ThreadsAndProcesses, LiveCountersOf, testing::Values(Team::threads, Team::processes),
                         [](const auto& tested) { return tested.param == Team::threads ? "threads" : "processes"; });

// Another program may take the CPU between the reading of perf and that of getrusage, which one of them counts and the other does
// not, and may keep it until a sleep has passed. That cannot happen every time.
constexpr int kAttempts = 20;

std::uint64_t blocks_of(std::uint32_t worker) { return 10 + worker; }

void block(std::uint64_t times) {
    for (std::uint64_t sleep = 0; sleep < times; ++sleep) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_P(LiveCountersOf, WorkersSeeExactlyTheSwitchesThatEachCauses) {
    const auto roles = resolve({"context_switches", "voluntary_switches", "involuntary_switches"});
    if (roles[0].status != Status::counted)
        GTEST_SKIP() << "context switches cannot be counted here: " << name_of(roles[0].status);
    for (const std::uint32_t workers : {1U, 2U, 4U}) {
        std::vector<WorkerCounts> team;
        const auto is_exact = [&](std::uint32_t worker) {
            const auto& [all, voluntary, involuntary] =
                std::tie(team[worker].roles[0], team[worker].roles[1], team[worker].roles[2]);
            return voluntary.raw == blocks_of(worker) && all.raw == voluntary.raw + involuntary.raw;
        };
        std::vector<bool> exact(workers);
        for (int attempt = 0; attempt < kAttempts && std::ranges::count(exact, false) > 0; ++attempt) {
            team = results_of(GetParam(), workers, [&](std::uint32_t worker, auto meet) {
                WorkerCounts counts{};
                WorkerCounters counters(roles);
                meet();
                counters.begin_window();
                block(blocks_of(worker));
                counters.end_window();
                counters.publish(counts);
                return counts;
            });
            for (std::uint32_t worker = 0; worker < workers; ++worker) {
                for (std::size_t role = 0; role < roles.size(); ++role)
                    ASSERT_EQ(team[worker].roles[role].status, Status::counted) << roles[role].role;
                exact[worker] = exact[worker] || is_exact(worker);
            }
        }
        for (std::uint32_t worker = 0; worker < workers; ++worker)
            EXPECT_TRUE(exact[worker]) << "worker " << worker << " of " << workers << ": " << team[worker].roles[0].raw
                                       << " switches, of which " << team[worker].roles[1].raw << " voluntary and "
                                       << team[worker].roles[2].raw << " involuntary, instead of " << blocks_of(worker);
    }
}

std::vector<std::size_t> allowed_cpus() {
    cpu_set_t allowed;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {};
    std::vector<std::size_t> cpus;
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
    return cpus;
}

void move_to(std::size_t cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    if (::sched_setaffinity(0, sizeof only, &only) != 0) throw std::runtime_error("cannot move to another CPU");
}

TEST_P(LiveCountersOf, WorkersSeeExactlyTheMigrationsThatEachCauses) {
    const auto roles = resolve({"cpu_migrations"});
    if (roles[0].status != Status::counted) GTEST_SKIP() << "migrations cannot be counted here: " << name_of(roles[0].status);
    const auto cpus = allowed_cpus();
    if (cpus.size() < 2) GTEST_SKIP() << "migrations need two CPUs, this process has " << cpus.size();
    for (const std::uint32_t workers : {1U, 2U, 4U}) {
        const auto team = results_of(GetParam(), workers, [&](std::uint32_t worker, auto meet) {
            move_to(cpus[worker % 2]);
            WorkerCounts counts{};
            WorkerCounters counters(roles);
            meet();
            counters.begin_window();
            for (std::uint32_t move = 1; move <= 5 + worker; ++move) move_to(cpus[(worker + move) % 2]);
            counters.end_window();
            counters.publish(counts);
            return counts;
        });
        for (std::uint32_t worker = 0; worker < workers; ++worker)
            EXPECT_EQ(team[worker].roles[0].raw, 5 + worker) << "worker " << worker << " of " << workers;
    }
}

}  // namespace
}  // namespace latchmark::counters
