// Teams of threads and of processes: counts add up, nobody is left behind, and every failure has a name.
#include "harness/measure/team.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/single_threaded.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/counters/resolved_role.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/tests/measure/teams.hpp"

namespace latchmark::measure {
namespace {

// The first worker waits for a message of the second one, which never comes.
class Deserted : public Counting {
public:
    explicit Deserted(const Setting& setting) : Counting(setting) {
        if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
    }
    ~Deserted() {
        for (const int end : ends_) ::close(end);
    }
    Deserted(const Deserted&) = delete;
    Deserted& operator=(const Deserted&) = delete;
    void run(std::size_t worker, std::uint64_t) {
        if (worker == 1) throw std::runtime_error("nothing to send");
        char message = 0;
        static_cast<void>(::read(ends_[0], &message, 1));
    }

private:
    std::array<int, 2> ends_{};
};

// The second worker sleeps once a call, however many operations it is asked for.
class Sleeping : public Counting {
public:
    static constexpr std::array<std::string_view, 1> kFinalTallies{"found"};
    using Counting::Counting;
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 1) ::usleep(1000);
        Counting::run(worker, operations);
    }
    void final_tallies(std::uint64_t operations, std::span<std::uint64_t> tallies) const { tallies[0] = operations; }
};

// Tells what its workers left in the team's memory.
class Telling : public Counting {
public:
    static constexpr std::array<Quantity, 2> kQuantities{{{"calls", "1", "none", "of run"}, {"none", "1", "none", "never had"}}};
    explicit Telling(const Setting& setting) : Counting(setting), calls_(1, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) {
        calls_[0].fetch_add(1, std::memory_order_relaxed);  // read after the team has ended
        Counting::run(worker, operations);
    }
    [[nodiscard]] std::vector<OrUnavailable<double>> quantities() const {
        return {static_cast<double>(calls_[0].load(std::memory_order_relaxed)), Unavailable{"nobody looked"}};
    }

private:
    Slots<std::atomic<std::uint64_t>> calls_;
};

class Sabotaged : public Counting {
public:
    using Counting::Counting;
    [[nodiscard]] bool verify(std::uint64_t operations) const { return Counting::verify(operations + 1); }
};

class Throwing {
public:
    explicit Throwing(const Setting&) {}
    void run(std::size_t worker, std::uint64_t) {
        if (worker == 1) throw std::runtime_error("the queue has no end");
    }
    [[nodiscard]] bool verify(std::uint64_t) const { return true; }
};

class Dying {
public:
    explicit Dying(const Setting&) {}
    void run(std::size_t worker, std::uint64_t) {
        if (worker == 1) ::kill(::getpid(), SIGKILL);
    }
    [[nodiscard]] bool verify(std::uint64_t) const { return true; }
};

INSTANTIATE_TEST_SUITE_P(ThreadsAndProcesses, TeamTest, testing::Values(Team::threads, Team::processes),
                         [](const auto& tested) { return tested.param == Team::threads ? "threads" : "processes"; });

TEST_P(TeamTest, EveryWindowOfEveryWorkerIsThereAndTheWorkIsVerified) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto measured = measure_workload<Counting>(plan_for(GetParam(), workers));
        EXPECT_TRUE(measured.is_verified);
        ASSERT_EQ(measured.team.windows.size(), 3U);
        std::uint64_t operations = 0;
        for (const auto& worker : measured.team.warm_up) operations += worker.operations;
        for (const auto& window : measured.team.windows) {
            ASSERT_EQ(window.size(), workers);
            for (const auto& worker : window) {
                EXPECT_GT(worker.end_ns, worker.begin_ns);
                EXPECT_EQ(worker.operations % 50, 0U);
                operations += worker.operations;
            }
        }
        EXPECT_EQ(measured.team.operations, operations);
    }
}

TEST_P(TeamTest, AllWorkersObeyOneStartAndOneDeadline) {
    const auto plan = plan_for(GetParam(), 2);
    for (const auto& window : measure_workload<Counting>(plan).team.windows) {
        for (const auto& worker : window) {
            EXPECT_EQ(worker.start_ns, window[0].start_ns);
            EXPECT_EQ(worker.deadline_ns, window[0].start_ns + plan.window_ns);
            EXPECT_GE(worker.begin_ns, worker.start_ns);
            EXPECT_GE(worker.end_ns, worker.deadline_ns);
        }
    }
}

TEST_P(TeamTest, WorkersRunWhereThePlanPutsThem) {
    const auto plan = plan_for(GetParam(), 2);
    const auto measured = measure_workload<Counting>(plan);
    for (const auto& window : measured.team.windows) {
        for (std::size_t worker = 0; worker < 2; ++worker) {
            EXPECT_EQ(window[worker].cpu_begin, plan.cpus[worker]);
            EXPECT_EQ(window[worker].cpu_end, plan.cpus[worker]);
        }
    }
}

TEST_P(TeamTest, PartnersInLockstepDoTheSameNumberOfOperations) {
    auto plan = plan_for(GetParam(), 2);
    plan.lockstep = true;
    const auto measured = measure_workload<PingPong>(plan);
    EXPECT_TRUE(measured.is_verified);
    for (const auto& window : measured.team.windows) EXPECT_EQ(window[0].operations, window[1].operations);
}

TEST_P(TeamTest, ASabotagedWorkloadIsNotVerified) {
    EXPECT_FALSE(measure_workload<Sabotaged>(plan_for(GetParam(), 2)).is_verified);
}

TEST_P(TeamTest, AWorkerThatThrowsEndsTheTeamWithItsReason) {
    try {
        (void)measure_workload<Throwing>(plan_for(GetParam(), 3));
        FAIL() << "no failure reported";
    } catch (const TeamFailed& failure) {
        EXPECT_STREQ(failure.what(), "worker 1: the queue has no end");
    }
}

TEST_P(TeamTest, AWorkerThatCannotBePinnedEndsTheTeam) {
    auto plan = plan_for(GetParam(), 2);
    plan.cpus[1] = 100'000;
    EXPECT_THROW((void)measure_workload<Counting>(plan), TeamFailed);
}

TEST_P(TeamTest, LatenciesAndTalliesAreThoseOfTheWindowsAndNotOfTheWarmUp) {
    auto plan = plan_for(GetParam(), 2);
    plan.purpose = Purpose::latency;
    const auto latency = measure_workload<Counting>(plan);
    std::uint64_t in_windows = 0;
    for (const auto& window : latency.team.timed()) in_windows += window[0].operations + window[1].operations;
    std::uint64_t recorded = 0;
    for (const auto count : latency.team.latency_counts) recorded += count;
    EXPECT_EQ(recorded, in_windows);
    EXPECT_EQ(latency.team.latency_max_ns, 200U);

    plan.purpose = Purpose::counts;
    plan.tallies = 1;
    const auto counts = measure_workload<Counting>(plan);
    for (std::size_t worker = 0; worker < 2; ++worker) {
        std::uint64_t operations = 0;
        for (const auto& window : counts.team.windows) operations += window[worker].operations;
        EXPECT_EQ(counts.team.tallies[worker][0], 2 * operations);
    }
}

TEST_P(TeamTest, CalibrationFindsABatchFromTheRealTeam) {
    auto plan = plan_for(GetParam(), 2);
    plan.is_calibrating = true;
    plan.batch = 1;
    const auto measured = measure_workload<Counting>(plan);
    EXPECT_GT(measured.team.batch, 1U);  // the empty operation of this test is far shorter than a batch
    EXPECT_TRUE(measured.is_verified);
}

TEST_P(TeamTest, CalibrationIsNotMadeFineByAWorkerThatSleeps) {
    auto plan = plan_for(GetParam(), 2);
    plan.is_calibrating = true;
    plan.batch = 1;
    plan.parts = {0, 1};
    // Of the first worker, whose operation is empty, some ten thousand; of the sleeper few. The most of several, since others may
    // hold the first worker's CPU while it calibrates.
    std::uint64_t most = 0;
    for (int tries = 0; tries < 20 && most <= 1'000; ++tries) most = std::max(most, measure_workload<Sleeping>(plan).team.batch);
    EXPECT_GT(most, 1'000U);
}

TEST_P(TeamTest, FinalTalliesAreThoseOfTheWholeTeamWhenItHasEnded) {
    auto plan = plan_for(GetParam(), 2);
    plan.purpose = Purpose::counts;
    plan.final_tallies = 1;
    const auto measured = measure_workload<Sleeping>(plan);
    EXPECT_EQ(measured.final_tallies, (std::vector<std::uint64_t>{measured.team.operations}));
    plan.purpose = Purpose::throughput;
    EXPECT_TRUE(measure_workload<Sleeping>(plan).final_tallies.empty());
}

TEST_P(TeamTest, QuantitiesAreAskedWhenTheTeamHasEnded) {
    const auto measured = measure_workload<Telling>(plan_for(GetParam(), 2));
    ASSERT_EQ(measured.quantities.size(), 2U);
    EXPECT_EQ(std::get<double>(measured.quantities[0]), static_cast<double>(measured.team.operations) / 50);
    EXPECT_EQ(std::get<Unavailable>(measured.quantities[1]).why, "nobody looked");
    EXPECT_TRUE(measure_workload<Counting>(plan_for(GetParam(), 2)).quantities.empty());
}

TEST_P(TeamTest, AWorkerThatSleepsHasUsedLittleOfItsCpu) {
    const auto measured = measure_workload<Sleeping>(plan_for(GetParam(), 2));
    for (const auto& window : measured.team.windows) {
        for (const auto& worker : window) {
            EXPECT_GT(worker.cpu_time_ns, 0U);
            EXPECT_LT(worker.cpu_time_ns, worker.end_ns - worker.begin_ns + 1'000'000);  // its own alone
        }
        EXPECT_LT(window[1].cpu_time_ns, window[1].end_ns - window[1].begin_ns);
    }
}

TEST_P(TeamTest, GlibcTakesNoWorkerForSingleThreaded) {
    const auto measured = measure_workload<Counting>(plan_for(GetParam(), 2));
    EXPECT_FALSE(measured.team.was_single_threaded);
}

// A thread with performance events is switched more slowly, so a window is timed or counted.
TEST_P(TeamTest, TheLastWindowIsCountedAndTheOthersAreTimed) {
    auto plan = plan_for(GetParam(), 2);
    plan.windows = 3;
    plan.roles = counters::resolve({"voluntary_switches"});
    const auto measured = measure_workload<Sleeping>(plan);
    EXPECT_EQ(measured.team.counted_from, 2U);
    EXPECT_EQ(measured.team.timed().size(), 2U);
    const auto sleeps_in = [&](unsigned window) { return measured.team.windows[window][1].operations / plan.batch; };
    const auto slept = measured.team.counts[1].roles[0].raw;
    EXPECT_GE(slept, sleeps_in(2));
    EXPECT_LT(slept, sleeps_in(0) + sleeps_in(1) + sleeps_in(2));
}

TEST_P(TeamTest, ASingleWindowIsTimedAndCounted) {
    auto plan = plan_for(GetParam(), 2);
    plan.windows = 1;
    const auto measured = measure_workload<Counting>(plan);
    EXPECT_EQ(measured.team.counted_from, 0U);
    EXPECT_EQ(measured.team.timed().size(), 1U);
}

TEST_P(TeamTest, EveryWorkerCountsForItself) {
    auto plan = plan_for(GetParam(), 2);
    plan.roles = counters::resolve({"voluntary_switches", "involuntary_switches"});
    const auto measured = measure_workload<Counting>(plan);
    ASSERT_EQ(measured.team.counts.size(), 2U);
    for (const auto& worker : measured.team.counts) EXPECT_EQ(worker.size, 2U);
}

// A partner that waits in the kernel does not hear of the failure; it must not cost the launch its reason, nor its time limit.
TEST(ProcessTeam, AWorkerThatThrowsEndsAPartnerThatWaitsForItInTheKernel) {
    const ParkedThread parked;
    try {
        (void)measure_workload<Deserted>(plan_for(Team::processes, 2));
        FAIL() << "no failure reported";
    } catch (const TeamFailed& failure) {
        EXPECT_STREQ(failure.what(), "worker 1: nothing to send");
    }
}

TEST(ProcessTeam, AWorkerProcessThatIsKilledIsNamedAndTheOthersAreGone) {
    const ParkedThread parked;
    try {
        (void)measure_workload<Dying>(plan_for(Team::processes, 3));
        FAIL() << "no failure reported";
    } catch (const TeamFailed& failure) {
        EXPECT_STREQ(failure.what(), "worker process 1 was killed by signal 9 (Killed)");
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child is left, not even a dead one
    EXPECT_EQ(errno, ECHILD);
}

// In a process of its own, since this one has had threads.
int exit_code_in_fresh_process(int (*body)()) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// A user that is allowed `more` threads and processes beside this one; root has no such limit, so it becomes somebody else.
void allow_threads(rlim_t more) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) ::_exit(9);
    const rlimit limit{1 + more, 1 + more};
    if (::setrlimit(RLIMIT_NPROC, &limit) != 0) ::_exit(9);
}

template <rlim_t More, Team Made>
int code_of_a_team_beyond_the_limit() {
    allow_threads(More);
    try {
        (void)measure_workload<Counting>(plan_for(Made, 2));
        return 1;
    } catch (const TeamRefused& refusal) {
        return std::string(refusal.what()).find("Resource temporarily unavailable") == std::string::npos ? 2 : 0;
    } catch (const TeamFailed&) {
        return 3;
    }
}

// What the run then skips with the reason, instead of failing in every round.
TEST(LimitedTeam, IsRefusedWhereTheUserMayNotHaveSoMany) {
    const ParkedThread parked;  // as a launch has
    EXPECT_EQ(exit_code_in_fresh_process(code_of_a_team_beyond_the_limit<0, Team::threads>), 0);
    EXPECT_EQ(exit_code_in_fresh_process(code_of_a_team_beyond_the_limit<1, Team::threads>), 0);  // one worker has to be released
    EXPECT_EQ(exit_code_in_fresh_process(code_of_a_team_beyond_the_limit<0, Team::processes>), 0);
    EXPECT_EQ(exit_code_in_fresh_process(code_of_a_team_beyond_the_limit<1, Team::processes>), 0);  // forked, without its thread
}

// A sanitizer may make a thread of its own at the start, or in every child.
bool can_be_single_threaded() {
    return __libc_single_threaded != 0 && exit_code_in_fresh_process([] { return __libc_single_threaded != 0 ? 0 : 1; }) == 0;
}

TEST(NeverThreaded, IsRefusedInAProcessThatHasThreads) {
    const ParkedThread parked;
    auto plan = plan_for(Team::threads, 1);
    plan.never_threaded = true;
    EXPECT_THROW((void)measure_workload<Counting>(plan), TeamFailed);
}

TEST(NeverThreaded, AThreadedVariantIsRefusedInAProcessWithoutThreads) {
    if (!can_be_single_threaded()) GTEST_SKIP() << "this process already has threads (sanitizer or another test)";
    EXPECT_EQ(exit_code_in_fresh_process([] {
                  try {
                      (void)measure_workload<Counting>(plan_for(Team::threads, 1));
                      return 1;
                  } catch (const TeamFailed&) {
                      return 0;
                  }
              }),
              0);
}

TEST(NeverThreaded, MeasuresInTheCallingThreadOfAProcessWithoutThreads) {
    if (!can_be_single_threaded()) GTEST_SKIP() << "this process already has threads (sanitizer or another test)";
    EXPECT_EQ(exit_code_in_fresh_process([] {
                  auto plan = plan_for(Team::threads, 1);
                  plan.never_threaded = true;
                  const auto measured = measure_workload<Counting>(plan);
                  return measured.is_verified && measured.team.was_single_threaded ? 0 : 1;
              }),
              0);
}

}  // namespace
}  // namespace latchmark::measure
