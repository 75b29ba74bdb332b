// What may answer a role, and what must not.
#include "harness/counters/candidate.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace latchmark::counters {
namespace {

constexpr const char* kTable =
    "header\n"
    "cycles\ttest::CYCLES\t4\t0x3c\t0x0\tno\t\n"
    "branch_misses\ttest::BRANCHES\t4\t0xc5\t0x0\tno\t\n"
    "cross_core_loads\ttest::LOADS\t4\t0x4d2\t0x7\tno\t\n";

std::vector<std::string> sources_of(const char* role, Scope scope, const std::optional<EventTable>& table) {
    std::vector<std::string> sources;
    for (const Candidate& candidate : candidates_of(*find_role(role), scope, table))
        sources.push_back(std::string(name_of(candidate.tier)) + " " + candidate.source);
    return sources;
}

using Sources = std::vector<std::string>;

TEST(Candidates, GoFromTheSpecificToTheGeneral) {
    const auto table = read_event_table("test", kTable);
    EXPECT_EQ(sources_of("branch_misses", Scope::user, table), (Sources{"uarch test::BRANCHES", "generic perf::BRANCH-MISSES"}));
    EXPECT_EQ(sources_of("branch_misses", Scope::user, std::nullopt), (Sources{"generic perf::BRANCH-MISSES"}));
    EXPECT_EQ(sources_of("page_faults", Scope::user, table),
              (Sources{"software perf::PAGE-FAULTS", "rusage getrusage ru_minflt + ru_majflt"}));
    EXPECT_EQ(sources_of("run_queue_wait", Scope::both, table), (Sources{"schedstat schedstat run_delay"}));
}

TEST(Candidates, OfAnAnchorBeginWithTheKernelsOwn) {
    const auto table = read_event_table("test", kTable);
    EXPECT_EQ(sources_of("cycles", Scope::user, table), (Sources{"generic perf::CYCLES", "uarch test::CYCLES"}));
}

TEST(Candidates, NeverReplaceASpecificRoleByASimilarOne) {
    EXPECT_TRUE(sources_of("cross_core_loads", Scope::user, std::nullopt).empty());
    EXPECT_TRUE(sources_of("l1d_misses", Scope::user, std::nullopt).empty());
    EXPECT_EQ(sources_of("context_switches", Scope::kernel, std::nullopt), (Sources{"software perf::CONTEXT-SWITCHES"}));
}

TEST(Candidates, OfTheKernelsShareAreNotStatisticsThatCannotTellIt) {
    EXPECT_EQ(sources_of("page_faults", Scope::kernel, std::nullopt), (Sources{"software perf::PAGE-FAULTS"}));
}

TEST(Candidates, TakeTheRowsNumbersWhereLibpfmLacksTheName) {
    const auto candidates = candidates_of(*find_role("cross_core_loads"), Scope::user, read_event_table("test", kTable));
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_EQ(candidates[0].encoding, (Encoding{4, 0x4d2, 0x7, 0}));
}

TEST(Candidates, AskForTheTaskClockWithoutTheKernelsPermission) {
    const auto candidates = candidates_of(*find_role("task_clock"), Scope::both, std::nullopt);
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_EQ(candidates[0].scope, Scope::both);
    EXPECT_EQ(candidates[0].opened_as, Scope::user);
}

}  // namespace
}  // namespace latchmark::counters
