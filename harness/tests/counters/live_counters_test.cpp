// The real kernel: exact counts of what every machine can count, in threads, in processes, and behind refusals.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/tests/fresh_pages.hpp"
#include "harness/tests/small_team.hpp"

namespace latchmark::counters {
namespace {

constexpr std::size_t kWindows = 3;
constexpr std::size_t kFaultsOfAWorker = FreshPages::kPages * kWindows;

// What a worker does, be it thread or process. They meet inside the window, so that all of them fault in everybody's window.
template <typename Meet>
WorkerCounts count_fresh_pages(const std::vector<ResolvedRole>& roles, Meet meet) {
    WorkerCounters counters(roles);
    std::array<FreshPages, kWindows> inside, outside;
    for (std::size_t window = 0; window < inside.size(); ++window) {
        outside[window].touch();
        meet();
        counters.begin_window();
        meet();
        inside[window].touch();
        meet();
        counters.end_window();
    }
    WorkerCounts counts{};
    counters.publish(counts);
    return counts;
}

void expect_fresh_pages(const std::vector<ResolvedRole>& roles, const std::vector<WorkerCounts>& team) {
    for (std::size_t index = 0; index < roles.size(); ++index) {
        std::vector<RoleCount> counts;
        for (const WorkerCounts& worker : team) counts.push_back(worker.roles[index]);
        const Reading reading = team_reading(roles[index], counts);
        double sum = 0;
        for (const auto& value : reading.per_worker) {
            ASSERT_TRUE(value.has_value()) << roles[index].source;
            EXPECT_GE(*value, kFaultsOfAWorker) << roles[index].source;
            EXPECT_LE(*value, kFaultsOfAWorker + foreign_faults()) << roles[index].source;
            sum += *value;
        }
        EXPECT_EQ(reading.value, sum) << roles[index].source;
    }
}

// Both tiers, where perf is permitted; otherwise the one that always answers.
std::vector<ResolvedRole> fault_roles() {
    std::vector<ResolvedRole> roles = resolve({"page_faults", "minor_faults"});
    ResolvedRole rusage = roles[0];
    rusage.tier = Tier::rusage;
    rusage.source = "getrusage";
    roles.push_back(rusage);
    return roles;
}

TEST(LiveCounters, CountEachWorkersOwnPageFaultsExactly) {
    const auto roles = fault_roles();
    for (const Team kind : {Team::threads, Team::processes})
        for (const std::uint32_t workers : {1U, 2U, 4U})
            expect_fresh_pages(
                roles, results_of(kind, workers, [&](std::uint32_t, auto meet) { return count_fresh_pages(roles, meet); }));
}

TEST(LiveCounters, KeepTheKernelsShareApart) {
    const auto roles = resolve({"page_faults", "page_faults:kernel"});
    if (roles[1].status != Status::counted)
        GTEST_SKIP() << "the kernel's share cannot be counted here: " << name_of(roles[1].status);
    WorkerCounters counters(roles);
    FreshPages ours;
    const FreshPages the_kernels;
    const int zeros = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(zeros, 0);
    counters.begin_window();
    ours.touch();
    // The bare call: a sanitizer's would touch shadow pages.
    const long bytes = ::syscall(SYS_read, zeros, the_kernels.data(), the_kernels.size());
    counters.end_window();
    ::close(zeros);
    ASSERT_EQ(bytes, static_cast<long>(the_kernels.size()));
    WorkerCounts counts{};
    counters.publish(counts);
    EXPECT_GE(counts.roles[0].raw, FreshPages::kPages);
    EXPECT_LE(counts.roles[0].raw, FreshPages::kPages + foreign_faults());
    EXPECT_EQ(counts.roles[1].raw, FreshPages::kPages);
}

TEST(LiveCounters, LeaveNoValueBehindAProcessThatDied) {
    const auto roles = fault_roles();
    SharedWithChildren<WorkerCounts> team(2);
    EXPECT_EQ(exit_status_of(fork_to([&] {
                  team[0] = count_fresh_pages(roles, [] {});
                  return 0;
              })),
              0);
    EXPECT_EQ(exit_status_of(fork_to([&] {
                  WorkerCounters counters(roles);
                  counters.begin_window();
                  return 9;
              })),
              9);
    const std::array counts{team[0].roles[0], team[1].roles[0]};
    const Reading reading = team_reading(roles[0], counts);
    EXPECT_EQ(reading.value, std::nullopt);
    EXPECT_TRUE(reading.per_worker[0].has_value());
    EXPECT_EQ(reading.status, Status::read_failed);
}

TEST(LiveCounters, CountTheThreadsCpuTimeAndTimeslices) {
    const auto roles = resolve({"task_clock", "timeslices", "run_queue_wait"});
    if (roles[1].status != Status::counted) GTEST_SKIP() << "no /proc/thread-self/schedstat: " << name_of(roles[1].status);
    WorkerCounters counters(roles);
    counters.begin_window();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    counters.end_window();
    WorkerCounts counts{};
    counters.publish(counts);
    if (roles[0].status == Status::counted) {
        EXPECT_GT(counts.roles[0].raw, 0U);
    }
    EXPECT_GE(counts.roles[1].raw, 1U);
    EXPECT_EQ(counts.roles[2].status, Status::counted);
}

TEST(LiveCounters, OfAnOrdinaryUserLackTheKernelsShareAndSayHow) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
    const auto paranoid = capability({}).perf_event_paranoid;
    if (!paranoid || *paranoid < 2) GTEST_SKIP() << "this kernel permits everything: perf_event_paranoid below 2";
    if (resolve({"context_switches"}).front().status != Status::counted)
        GTEST_SKIP() << "context switches cannot be counted here: not even by root";
    EXPECT_EQ(exit_status_of(fork_to([] {
                  if (::setresuid(65534, 65534, 65534) != 0) return 1;
                  const auto answers = capability({"context_switches", "cpu_migrations", "voluntary_switches"}).roles;
                  if (answers[0].status != Status::not_permitted || answers[1].status != Status::not_permitted) return 2;
                  if (answers[0].why->find("perf_event_paranoid") == std::string::npos) return 3;
                  return answers[2].status == Status::counted ? 0 : 4;
              })),
              0);
}

// What a container's seccomp profile does; returns whether it is in force.
bool refuse_perf_event_open(std::uint32_t error) {
    std::array filter{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(SYS_perf_event_open), 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(LiveCounters, SurviveARefusedSystemCall) {
    struct Row {
        int error;
        Status status;
    };
    for (const Row row : {Row{EPERM, Status::not_permitted}, Row{ENOSYS, Status::no_pmu}}) {
        const int exit_status = exit_status_of(fork_to([row] {
            if (!refuse_perf_event_open(static_cast<std::uint32_t>(row.error))) return 77;
            for (const RoleAnswer& role : capability({"task_clock", "context_switches"}).roles)
                if (role.status != row.status || !role.why) return 1;
            const auto roles = resolve({"cycles", "page_faults", "voluntary_switches"});
            if (roles[0].status == Status::counted) return 2;
            WorkerCounts counts{};
            WorkerCounters counters(roles);
            FreshPages pages;
            counters.begin_window();
            pages.touch();
            counters.end_window();
            counters.publish(counts);
            if (roles[1].tier != Tier::rusage || counts.roles[1].raw < FreshPages::kPages) return 3;
            return counts.roles[2].status == Status::counted ? 0 : 4;
        }));
        if (exit_status == 77) GTEST_SKIP() << "this environment has no seccomp filters";
        EXPECT_EQ(exit_status, 0) << row.error;
    }
}

}  // namespace
}  // namespace latchmark::counters
