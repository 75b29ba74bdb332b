// The arithmetic of readings, by table.
#include "harness/counters/reading.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/reason.hpp"

namespace latchmark::counters {
namespace {

ResolvedRole cycles() { return {"cycles", Status::counted, 0, Tier::generic, Scope::user, "perf::CYCLES", {}, Scope::user}; }

TEST(StatusOfTimes, ByTable) {
    struct Row {
        std::uint64_t enabled_ns, running_ns;
        Status status;
    };
    constexpr std::array rows{
        Row{0, 0, Status::never_scheduled},
        Row{1000, 0, Status::never_scheduled},
        Row{1000, 1, Status::undersampled},
        Row{1000, 199, Status::undersampled},
        Row{1000, 200, Status::scaled},
        Row{1000, 999, Status::scaled},
        Row{1000, 1000, Status::counted},
        Row{1000, 1001, Status::counted},  // clocks of two places may differ by a tick
        Row{std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max() / 2, Status::scaled},
    };
    for (const Row& row : rows) EXPECT_EQ(status_of(row.enabled_ns, row.running_ns), row.status) << row.running_ns;
}

TEST(ValueOfACount, IsScaledByTheTimesOrAbsent) {
    EXPECT_EQ(value_of({500, 1000, 1000, Status::counted, 0, 0}), 500.0);
    EXPECT_EQ(value_of({500, 1000, 250, Status::scaled, 0, 0}), 2000.0);
    EXPECT_EQ(value_of({0, 1000, 1000, Status::counted, 0, 0}), 0.0);
    EXPECT_EQ(value_of({7, 0, 0, Status::counted, 0, 0}), 7.0);  // rusage knows no times
    for (const Status status : {Status::undersampled, Status::never_scheduled, Status::read_failed, Status::group_full,
                                Status::not_supported, Status::not_implemented_by_pmu, Status::unresponsive,
                                Status::not_permitted, Status::open_failed, Status::no_encoding, Status::no_pmu}) {
        EXPECT_EQ(value_of({500, 1000, 100, status, 0, 0}), std::nullopt) << name_of(status);
    }
}

WorkerCounts counts_of(const RoleCount& count) {
    WorkerCounts counts{};
    counts.roles[0] = count;
    counts.size = 1;
    return counts;
}

TEST(AddedCounts, AreTheSumOfTheTeamsWithTheWorseStatus) {
    WorkerCounts total{};
    add(total, counts_of({100, 1000, 1000, Status::counted, 0, 20}));
    add(total, counts_of({50, 1000, 500, Status::scaled, 0, 30}));
    ASSERT_EQ(total.size, 1U);
    EXPECT_EQ(total.roles[0].empty, 50U);
    EXPECT_EQ(total.roles[0].status, Status::scaled);
    EXPECT_EQ(value_of(total.roles[0]), 150 * 2000.0 / 1500);
    add(total, counts_of({0, 0, 0, Status::not_permitted, EACCES, 0}));
    add(total, counts_of({100, 1000, 1000, Status::counted, 0, 0}));
    EXPECT_EQ(total.roles[0].status, Status::not_permitted);  // not a sum that lacks a team
    EXPECT_EQ(total.roles[0].error, EACCES);
}

TEST(AddedCounts, OfATeamThatPublishedNothingHaveNoValue) {
    WorkerCounts total{};
    add(total, counts_of({100, 1000, 1000, Status::counted, 0, 0}));
    add(total, WorkerCounts{});
    EXPECT_EQ(value_of(total.roles[0]), std::nullopt);
}

TEST(AddedCounts, OfTheTiersWithoutTimesStayCounted) {
    WorkerCounts total{};
    for (int team = 0; team < 2; ++team) add(total, counts_of({7, 0, 0, Status::counted, 0, 0}));
    EXPECT_EQ(value_of(total.roles[0]), 14.0);
}

TEST(TeamReading, IsNamedAsItWasAsked) {
    auto in_kernel = cycles();
    in_kernel.scope = Scope::kernel;
    const std::vector<RoleCount> counts{{100, 1000, 1000, Status::counted, 0, 0}};
    EXPECT_EQ(team_reading(cycles(), counts).role, "cycles");
    EXPECT_EQ(team_reading(in_kernel, counts).role, "cycles:kernel");  // beside the user's, not instead of it
    ResolvedRole switches;
    switches.role = "context_switches";
    switches.scope = find_role("context_switches")->scope;
    EXPECT_EQ(asked_name_of(switches), "context_switches");  // which knows no other scope
    ResolvedRole faults;
    faults.role = "page_faults";
    faults.scope = Scope::both;  // getrusage's answer
    EXPECT_EQ(asked_name_of(faults), "page_faults");
}

TEST(TeamReading, SumsCompleteTeams) {
    const std::vector<RoleCount> counts{{100, 1000, 1000, Status::counted, 0, 0}, {50, 1000, 500, Status::scaled, 0, 0}};
    const Reading reading = team_reading(cycles(), counts);
    EXPECT_EQ(reading.value, 200.0);
    EXPECT_EQ(reading.status, Status::scaled);
    EXPECT_EQ(reading.why, std::nullopt);
    EXPECT_EQ(reading.per_worker, (std::vector<std::optional<double>>{100.0, 100.0}));
    EXPECT_EQ(reading.running_share, 0.5);
    EXPECT_EQ(reading.source, "perf::CYCLES");
}

TEST(TeamReading, HasNoValueWhenOneWorkerHasNoneAndNamesIt) {
    const std::vector<RoleCount> counts{{100, 1000, 1000, Status::counted, 0, 0},
                                        {},  // a worker that died before it published
                                        {100, 1000, 1000, Status::counted, 0, 0}};
    const Reading reading = team_reading(cycles(), counts);
    EXPECT_EQ(reading.value, std::nullopt);
    EXPECT_EQ(reading.status, Status::read_failed);
    EXPECT_EQ(reading.why, "worker 1 of 3: the worker published no counts: it ended early, or no window was measured");
    EXPECT_EQ(reading.per_worker, (std::vector<std::optional<double>>{100.0, std::nullopt, 100.0}));
}

TEST(TeamReading, TakesTheWorstStatusOfSeveral) {
    const std::vector<RoleCount> counts{{1, 1000, 100, Status::undersampled, 0, 0},
                                        {0, 0, 0, Status::open_failed, EMFILE, 0},
                                        {0, 0, 0, Status::read_failed, ENODATA, 0}};
    EXPECT_EQ(team_reading(cycles(), counts).status, Status::open_failed);
    EXPECT_EQ(team_reading(cycles(), std::span(counts).first(1)).status, Status::undersampled);
    const std::vector<RoleCount> ordered{{1, 1000, 0, Status::never_scheduled, 0, 0}, {0, 0, 0, Status::read_failed, ENODATA, 0}};
    EXPECT_EQ(team_reading(cycles(), ordered).status, Status::read_failed);
}

TEST(TeamReading, OfNobodyIsNotZero) {
    const Reading reading = team_reading(cycles(), {});
    EXPECT_EQ(reading.value, std::nullopt);
    EXPECT_TRUE(reading.why.has_value());
}

TEST(TeamReading, AddsUpWhatReadingItselfCountsOnlyBesideAValue) {
    std::vector<RoleCount> counts{{100, 1000, 1000, Status::counted, 0, 20}, {50, 1000, 500, Status::scaled, 0, 30}};
    EXPECT_EQ(team_reading(cycles(), counts).empty, 50U);
    counts.push_back({0, 0, 0, Status::not_permitted, EACCES, 0});
    EXPECT_EQ(team_reading(cycles(), counts).empty, 0U);
}

TEST(TeamReading, HasNoRunningShareWithoutTimes) {
    const std::vector<RoleCount> counts{{3, 0, 0, Status::counted, 0, 0}};
    EXPECT_EQ(team_reading(cycles(), counts).running_share, std::nullopt);
    EXPECT_EQ(team_reading(cycles(), counts).value, 3.0);
}

TEST(Reasons, SayWhatWouldMendIt) {
    ResolvedRole switches{"context_switches", Status::counted,          0,  Tier::software,
                          Scope::kernel,      "perf::CONTEXT-SWITCHES", {}, Scope::kernel};
    EXPECT_NE(reason(switches, {0, 0, 0, Status::not_permitted, EACCES, 0}).find("kernel.perf_event_paranoid=1"),
              std::string::npos);
    EXPECT_NE(reason(cycles(), {0, 0, 0, Status::not_permitted, EACCES, 0}).find("kernel.perf_event_paranoid=2"),
              std::string::npos);
    EXPECT_NE(reason(cycles(), {0, 0, 0, Status::not_permitted, EPERM, 0}).find("--cap-add PERFMON"), std::string::npos);
    EXPECT_NE(reason(cycles(), {0, 0, 0, Status::no_pmu, 0, 0}).find("virtual PMU"), std::string::npos);
    EXPECT_NE(reason(cycles(), {0, 0, 0, Status::no_pmu, ENOSYS, 0}).find("emulator"), std::string::npos);
    EXPECT_NE(reason(cycles(), {0, 0, 0, Status::open_failed, EMFILE, 0}).find("ulimit -n"), std::string::npos);
    EXPECT_NE(reason(cycles(), {5, 1000, 123, Status::undersampled, 0, 0}).find("12 %"), std::string::npos);
}

}  // namespace
}  // namespace latchmark::counters
