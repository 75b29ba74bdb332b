// Instructions of a known loop, counted by workers that share one CPU: exact, each worker for itself, the same in every boot.
#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>
#include <sched.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/tests/counters/guest/known_work.hpp"
#include "harness/tests/small_team.hpp"

namespace latchmark::counters {
namespace {

// 20 ms of one emulated CPU each, five ticks of the guest's scheduler: workers take turns within their windows.
constexpr std::uint64_t kRounds = 10'000'000;
constexpr std::uint32_t kWorkers = 4;

std::size_t place_of(std::string_view role, const std::vector<ResolvedRole>& roles) {
    return static_cast<std::size_t>(std::ranges::find(roles, role, &ResolvedRole::role) - roles.begin());
}

std::uint64_t instructions_in(const WorkerCounts& counts, const std::vector<ResolvedRole>& roles) {
    const RoleCount& count = counts.roles[place_of("instructions", roles)];
    EXPECT_EQ(count.status, Status::counted);
    EXPECT_EQ(count.running_ns, count.enabled_ns);
    return count.raw;
}

// What a window counts beside the rounds: calling, returning, reading.
std::uint64_t beside_rounds(const std::vector<ResolvedRole>& roles) { return instructions_in(count_rounds(roles, 1), roles) - 2; }

// Lines that every boot must print alike.
void tell(const std::string& what, std::uint64_t count) { std::cout << "count: " << what << ' ' << count << std::endl; }

TEST(GuestCounts, OfAnEmptyRegionAreCalibrated) {
    const auto roles = resolve(roles_of_launch({}));
    const WorkerCounts counts = count_rounds(roles, 0);
    const std::uint64_t empty = instructions_in(counts, roles);
    EXPECT_EQ(instructions_in(count_rounds(roles, 0), roles), empty);
    // What a worker calibrates itself, but for the branch around no work.
    const std::uint64_t calibrated = counts.roles[place_of("instructions", roles)].empty;
    EXPECT_GT(calibrated, 0U);
    EXPECT_LE(calibrated, empty);
    EXPECT_LE(empty - calibrated, 4U);
    std::cout << "empty region: " << calibrated << " instructions" << std::endl;
    tell("empty", calibrated);
}

TEST(GuestCounts, AreExactForEachOfFourWorkers) {
    const auto roles = resolve(roles_of_launch({}));
    for (const Team kind : {Team::threads, Team::processes}) {
        const auto team = results_of(kind, kWorkers, [&](std::uint32_t, auto meet) {
            meet();
            return count_rounds(roles, kRounds);
        });
        std::uint64_t preemptions = 0;
        for (const WorkerCounts& worker : team) {
            const std::uint64_t instructions = instructions_in(worker, roles);
            EXPECT_EQ(instructions, 2 * kRounds + beside_rounds(roles));
            tell(kind == Team::threads ? "thread" : "process", instructions);
            preemptions += worker.roles[place_of("involuntary_switches", roles)].raw;
        }
        EXPECT_GT(preemptions, 0U) << "the workers never shared the CPU, so that this test shows nothing";
    }
}

// The kernel's own work is apart from the user's, and both come from one group.
TEST(GuestCounts, ShowWhatTheKernelDoesForAWorker) {
    const auto roles = resolve({"instructions", "instructions:kernel"});
    WorkerCounters counters(roles);
    counters.begin_window();
    for (int call = 0; call < 1000; ++call) static_cast<void>(::getppid());
    counters.end_window();
    WorkerCounts counts{};
    counters.publish(counts);
    EXPECT_EQ(counts.roles[0].status, Status::counted);
    EXPECT_EQ(counts.roles[1].status, Status::counted);
    EXPECT_GT(counts.roles[1].raw, 10 * counts.roles[0].raw);
    tell("1000 system calls, user", counts.roles[0].raw);
}

// One set of events a launch: each role of a set is counted in its launch, and the anchors are the same in all of them.
TEST(GuestCounts, OfEventSetsInRotationAgreeInTheirAnchors) {
    const std::vector<std::vector<std::string>> counted{
        {"l1d_invalidations", "l1d_coherency_writebacks", "l1d_refills_out_of_cluster"}, {"stalls_backend"}};
    const auto groups = roles::coherence();
    ASSERT_EQ(groups.size(), counted.size());
    for (std::size_t launch = 0; launch < 2 * groups.size(); ++launch) {
        const std::size_t group = launch % groups.size();
        const auto roles = resolve(roles_of_launch(groups[group]));
        const WorkerCounts counts = count_rounds(roles, kRounds);
        EXPECT_EQ(instructions_in(counts, roles), 2 * kRounds + beside_rounds(roles)) << "launch " << launch;
        for (const std::string& role : counted[group]) {
            const std::size_t place = place_of(role, roles);
            ASSERT_LT(place, roles.size()) << role;
            EXPECT_EQ(counts.roles[place].status, Status::counted) << role;
            EXPECT_GT(counts.roles[place].running_ns, 0U) << role;
        }
    }
}

// Of a machine with several CPUs all instructions are counted together: between the worker's own and all of them.
TEST(GuestPresence, OfCountersOnEachCpu) {
    const long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
    for (long cpu = 0; cpu < cpus; ++cpu) {
        cpu_set_t only;
        CPU_ZERO(&only);
        CPU_SET(static_cast<std::size_t>(cpu), &only);
        std::jthread([&] {
            ASSERT_EQ(::sched_setaffinity(0, sizeof only, &only), 0) << "CPU " << cpu;
            const auto roles = resolve(roles_of_launch({}));
            const std::uint64_t counted = instructions_in(count_rounds(roles, kRounds), roles);
            EXPECT_EQ(::sched_getcpu(), cpu);
            EXPECT_GE(counted, 2 * kRounds);
            EXPECT_LE(counted, (2 * kRounds + beside_rounds(roles)) * static_cast<std::uint64_t>(cpus));
        });
    }
}

}  // namespace
}  // namespace latchmark::counters
