// One worker's counters under a kernel that fails in every way.
#include "harness/counters/worker_counters.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/counters/reading.hpp"
#include "harness/tests/counters/interposed_kernel.hpp"
#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {
namespace {

const std::vector<std::string> kAsked{"cycles",      "instructions",       "branch_misses", "task_clock",
                                      "page_faults", "voluntary_switches", "run_queue_wait"};

// Two windows, of which the kernel under test may have spoilt any part.
WorkerCounts counts_of(const std::vector<ResolvedRole>& roles, ScriptedKernel& kernel, int windows = 2) {
    WorkerCounts counts{};
    WorkerCounters counters(roles, kernel);
    for (int window = 0; window < windows; ++window) {
        counters.begin_window();
        counters.end_window();
    }
    counters.publish(counts);
    return counts;
}

// A kernel without events whose rehearsed windows see so many faults, one after the other.
class DisturbedRehearsals final : public Interposed {
public:
    explicit DisturbedRehearsals(std::vector<std::uint64_t> faults) : faults_(std::move(faults)) {}
    int usage_of_thread(ThreadUsage& usage) override {
        const std::size_t window = reads_++ / 2;
        if (reads_ % 2 == 0 && window < faults_.size()) total_ += faults_[window];
        usage = {.minor_faults = total_};
        return 0;
    }

private:
    std::vector<std::uint64_t> faults_;
    std::size_t reads_ = 0;
    std::uint64_t total_ = 0;
};

std::vector<ResolvedRole> resolved() {
    ScriptedKernel willing;
    return resolve(kAsked, {}, willing);
}

// The rule of the house: without a value there is a reason, and never a number.
void expect_reason(const ResolvedRole& role, const RoleCount& count, Status status) {
    const Reading reading = team_reading(role, std::span(&count, 1));
    EXPECT_EQ(reading.status, status) << role.role << ": " << name_of(reading.status);
    EXPECT_EQ(reading.value, std::nullopt) << role.role;
    EXPECT_TRUE(reading.why && !reading.why->empty()) << role.role;
}

TEST(WorkerCounters, AddTheDifferencesOfTheWindows) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    kernel.usage.voluntary_switches = 77;  // before the first window: belongs to nobody
    const WorkerCounts counts = counts_of(roles, kernel);
    ASSERT_EQ(counts.size, roles.size());
    EXPECT_EQ(counts.roles[0].raw, 2'000U);
    EXPECT_EQ(counts.roles[1].raw, 4'000U);
    EXPECT_EQ(counts.roles[2].raw, 6'000U);
    EXPECT_EQ(counts.roles[3].raw, 2'000U);
    EXPECT_EQ(counts.roles[4].raw, 4'000U);
    EXPECT_EQ(counts.roles[5].raw, 0U);
    for (std::size_t index = 0; index < counts.size; ++index) EXPECT_EQ(counts.roles[index].status, Status::counted);
    EXPECT_EQ(counts.roles[0].enabled_ns, 2'000'000U);
    EXPECT_EQ(counts.roles[5].enabled_ns, 0U);
    EXPECT_TRUE(kernel.open_descriptors.empty());
}

TEST(WorkerCounters, ReadTheHardwareNextToTheTimedStretch) {
    ScriptedKernel kernel;
    WorkerCounters counters(resolved(), kernel);
    kernel.calls.clear();
    counters.begin_window();
    counters.end_window();
    EXPECT_EQ(kernel.calls, (std::vector<std::string>{"schedstat", "rusage", "software", "hardware",  //
                                                      "hardware", "software", "rusage", "schedstat"}));
}

TEST(WorkerCounters, RehearseAWindowThatIsNotCounted) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    const WorkerCounters counters(roles, kernel);
    for (const char* source : {"hardware", "software", "rusage", "schedstat"})
        EXPECT_GE(std::ranges::count(kernel.calls, source), 2) << source;
    WorkerCounts counts{};
    counters.publish(counts);
    for (std::size_t index = 0; index < counts.size; ++index) EXPECT_EQ(counts.roles[index].raw, 0U);
}

TEST(WorkerCounters, KnowWhatReadingItselfCountsInAsManyWindows) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel, 3);
    EXPECT_EQ(counts.roles[0].empty, 3'000U);  // the script counts nothing but reads
    EXPECT_EQ(counts.roles[2].empty, 9'000U);
    EXPECT_EQ(counts.roles[3].empty, 3'000U);
    EXPECT_EQ(counts.roles[5].empty, 0U);
}

TEST(WorkerCounters, TakeTheLeastOfTheRehearsalsForWhatReadingCounts) {
    // Its own faults in the first, an interrupt in the last: neither is of reading.
    DisturbedRehearsals kernel({70, 10, 30});
    ScriptedKernel without_events;
    without_events.open_error = ENOSYS;
    const auto roles = resolve({"minor_faults"}, {}, without_events);
    ASSERT_EQ(roles[0].tier, Tier::rusage);
    WorkerCounters counters(roles, kernel);
    WorkerCounts counts{};
    counters.begin_window();
    counters.end_window();
    counters.publish(counts);
    EXPECT_EQ(counts.roles[0].empty, 10U);
}

// The full list of a launch on a machine that has three programmable events and the kernel's cycles beside the anchors.
std::vector<std::string> full_group() { return roles_of_launch({"ref_cycles", "branches", "branch_misses"}); }
constexpr std::size_t kFirstAnchor = 8, kKernelCycles = 13;

void expect_all_but_the_kernels_cycles(ScriptedKernel& kernel, Status status_of_the_kernels) {
    const auto roles = resolve(full_group(), {}, kernel);
    ASSERT_EQ(asked_name_of(roles.at(kKernelCycles)), "cycles:kernel");
    const WorkerCounts counts = counts_of(roles, kernel);
    for (std::size_t index = kFirstAnchor; index < kKernelCycles; ++index)
        EXPECT_EQ(counts.roles[index].status, Status::counted) << roles[index].role;
    if (has_value(status_of_the_kernels)) {
        EXPECT_EQ(counts.roles[kKernelCycles].status, status_of_the_kernels);
    } else {
        expect_reason(roles[kKernelCycles], counts.roles[kKernelCycles], status_of_the_kernels);
    }
}

TEST(KernelCycles, RideInEveryGroupThatHasRoomForThem) {
    ScriptedKernel roomy;
    expect_all_but_the_kernels_cycles(roomy, Status::counted);
}

TEST(KernelCycles, CostNoOtherRoleItsPlace) {
    ScriptedKernel full, never_running, forbidden;
    full.room = 5;
    expect_all_but_the_kernels_cycles(full, Status::group_full);
    never_running.runs_with = 5;
    expect_all_but_the_kernels_cycles(never_running, Status::never_scheduled);
    forbidden.kernel_scope_error = EACCES;
    expect_all_but_the_kernels_cycles(forbidden, Status::not_permitted);
}

TEST(KernelCycles, AreAskedForOnceWhereTheGroupAsksToo) {
    const auto asked = roles_of_launch({"cycles:kernel", "instructions:kernel"});
    EXPECT_EQ(std::ranges::count(asked, "cycles:kernel"), 1);
    EXPECT_EQ(asked.back(), "instructions:kernel");
}

TEST(WorkerCounters, TakeTheThreadsStatisticsFromTheirColumns) {
    ScriptedKernel kernel;
    const auto roles = resolve({"run_queue_wait", "timeslices", "voluntary_switches", "involuntary_switches"}, {}, kernel);
    WorkerCounters counters(roles, kernel);
    WorkerCounts counts{};
    kernel.usage = {1, 2, 3, 4};
    counters.begin_window();
    kernel.schedstat = "999999 1500 4";
    kernel.usage = {11, 102, 1'003, 10'004};
    counters.end_window();
    counters.publish(counts);
    EXPECT_EQ(counts.roles[0].raw, 500U);
    EXPECT_EQ(counts.roles[1].raw, 3U);
    EXPECT_EQ(counts.roles[2].raw, 1'000U);
    EXPECT_EQ(counts.roles[3].raw, 10'000U);
}

TEST(WorkerCounters, DoNotShareTheirCacheLines) {
    EXPECT_EQ(alignof(WorkerCounters), kIsolationSize);
    EXPECT_EQ(sizeof(WorkerCounters) % kIsolationSize, 0U);
}

TEST(WorkerCounters, GiveNoValueForWhatCannotBeOpened) {
    struct Row {
        int error;
        Status status;
    };
    constexpr std::array rows{Row{EMFILE, Status::open_failed},   Row{ENOMEM, Status::open_failed},
                              Row{EBUSY, Status::open_failed},    Row{EACCES, Status::not_permitted},
                              Row{EPERM, Status::not_permitted},  Row{ENOENT, Status::not_supported},
                              Row{ENODEV, Status::not_supported}, Row{EOPNOTSUPP, Status::not_supported},
                              Row{EINVAL, Status::not_supported}, Row{ENOSYS, Status::no_pmu}};
    const auto roles = resolved();
    for (const Row& row : rows) {
        ScriptedKernel kernel;
        kernel.open_error = row.error;
        const WorkerCounts counts = counts_of(roles, kernel);
        for (std::size_t index = 0; index < 5; ++index) expect_reason(roles[index], counts.roles[index], row.status);
        EXPECT_EQ(counts.roles[0].error, row.error);
        EXPECT_EQ(counts.roles[5].status, Status::counted);  // getrusage needs no permission
        EXPECT_EQ(counts.roles[6].status, Status::counted);
    }
}

TEST(WorkerCounters, LoseOneRefusedEventAndKeepTheRest) {
    ScriptedKernel kernel;
    kernel.open_errors[0] = ENOENT;  // cycles, which would have led the group
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel);
    expect_reason(roles[0], counts.roles[0], Status::not_supported);
    EXPECT_EQ(counts.roles[1].status, Status::counted);
    EXPECT_EQ(counts.roles[1].raw, 2'000U);
}

TEST(WorkerCounters, TellAFullGroupFromAnUnknownEvent) {
    ScriptedKernel kernel;
    kernel.room = 2;
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel);
    expect_reason(roles[2], counts.roles[2], Status::group_full);
    EXPECT_EQ(counts.roles[1].status, Status::counted);
    EXPECT_TRUE(kernel.open_descriptors.empty());
}

TEST(WorkerCounters, ShedWhatKeepsTheGroupFromRunning) {
    ScriptedKernel kernel;
    kernel.runs_with = 2;
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel);
    expect_reason(roles[2], counts.roles[2], Status::never_scheduled);
    EXPECT_EQ(counts.roles[0].status, Status::counted);
    EXPECT_EQ(counts.roles[1].raw, 4'000U);
}

TEST(WorkerCounters, GiveNoValueForAGroupThatNeverRuns) {
    ScriptedKernel kernel;
    kernel.running_step_ns = 0;
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel);
    for (std::size_t index = 0; index < 5; ++index) expect_reason(roles[index], counts.roles[index], Status::never_scheduled);
}

TEST(WorkerCounters, ScaleAndRefuseToScaleTooMuch) {
    ScriptedKernel half, little;
    half.running_step_ns = half.enabled_step_ns / 2;
    little.running_step_ns = little.enabled_step_ns / 10;
    const auto roles = resolved();
    const WorkerCounts scaled = counts_of(roles, half);
    const Reading reading = team_reading(roles[0], std::span(scaled.roles).first(1));
    EXPECT_EQ(reading.status, Status::scaled);
    EXPECT_EQ(reading.value, 4'000.0);
    EXPECT_EQ(reading.running_share, 0.5);
    expect_reason(roles[0], counts_of(roles, little).roles[0], Status::undersampled);
}

TEST(WorkerCounters, GiveNoValueForIncompleteReads) {
    const auto roles = resolved();
    for (const long result : {0L, 8L, 16L, -static_cast<long>(EIO)}) {
        ScriptedKernel kernel;
        kernel.group_read = result;
        const WorkerCounts counts = counts_of(roles, kernel);
        for (std::size_t index = 0; index < 5; ++index) expect_reason(roles[index], counts.roles[index], Status::read_failed);
        EXPECT_EQ(counts.roles[5].status, Status::counted);
    }
}

TEST(WorkerCounters, GiveNoValueOnceOneWindowIsLost) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    WorkerCounters counters(roles, kernel);
    WorkerCounts counts{};
    counters.begin_window();
    counters.end_window();
    counters.begin_window();
    kernel.group_read = 0;
    counters.end_window();
    kernel.group_read.reset();
    counters.begin_window();
    counters.end_window();
    counters.publish(counts);
    expect_reason(roles[0], counts.roles[0], Status::read_failed);
}

TEST(WorkerCounters, EndureInterruptedCalls) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    kernel.interruptions = 3;
    EXPECT_EQ(counts_of(roles, kernel).roles[0].status, Status::counted);
    WorkerCounters counters(roles, kernel);
    WorkerCounts counts{};
    counters.begin_window();
    kernel.interruptions = 3;
    counters.end_window();
    counters.publish(counts);
    EXPECT_EQ(counts.roles[0].status, Status::counted);
    kernel.interruptions = 1'000'000;  // gives up in the end
    counters.begin_window();
    counters.publish(counts);
    expect_reason(roles[0], counts.roles[0], Status::read_failed);
}

TEST(WorkerCounters, GiveNoValueWhenTheGroupCannotBeEnabled) {
    ScriptedKernel kernel;
    kernel.enable_error = EIO;
    const auto roles = resolved();
    expect_reason(roles[0], counts_of(roles, kernel).roles[0], Status::open_failed);
}

TEST(WorkerCounters, GiveNoValueWhenACounterGoesBackwards) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    WorkerCounters counters(roles, kernel);
    WorkerCounts counts{};
    counters.begin_window();
    kernel.goes_backwards = true;
    counters.end_window();
    counters.publish(counts);
    expect_reason(roles[0], counts.roles[0], Status::read_failed);
}

TEST(WorkerCounters, GiveNoValueWithoutStatisticsOfTheScheduler) {
    const auto roles = resolved();
    ScriptedKernel absent, empty, garbled;
    absent.schedstat.reset();
    expect_reason(roles[6], counts_of(roles, absent).roles[6], Status::not_supported);
    empty.schedstat = "0 0 0";  // how a kernel without them answers
    expect_reason(roles[6], counts_of(roles, empty).roles[6], Status::not_supported);
    garbled.schedstat = "12 ";
    expect_reason(roles[6], counts_of(roles, garbled).roles[6], Status::read_failed);
    ScriptedKernel without_usage;
    without_usage.usage_error = EFAULT;
    expect_reason(roles[5], counts_of(roles, without_usage).roles[5], Status::read_failed);
}

TEST(WorkerCounters, GiveNoValueWithoutAWindow) {
    ScriptedKernel kernel;
    const auto roles = resolved();
    const WorkerCounts counts = counts_of(roles, kernel, 0);
    for (std::size_t index = 0; index < roles.size(); ++index)
        expect_reason(roles[index], counts.roles[index], Status::read_failed);
}

TEST(WorkerCounters, PassOnWhatResolvingFoundOutWithoutTryingAgain) {
    ScriptedKernel without_pmu, kernel;
    without_pmu.pmus = {{"software"}};
    const auto roles = resolve({"cycles", "cross_core_loads"}, {}, without_pmu);
    const WorkerCounts counts = counts_of(roles, kernel);
    expect_reason(roles[0], counts.roles[0], Status::no_pmu);
    expect_reason(roles[1], counts.roles[1], Status::no_pmu);
    EXPECT_EQ(kernel.opened, 0U);
}

TEST(WorkerCounters, RefuseMoreRolesThanFit) {
    ScriptedKernel kernel;
    const std::vector<ResolvedRole> roles(kMaxRoles + 1);
    EXPECT_THROW(WorkerCounters(roles, kernel), std::invalid_argument);
}

}  // namespace
}  // namespace latchmark::counters
