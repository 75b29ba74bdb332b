// What may answer a role, and what must not.
#include "harness/counters/candidate.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace latchmark::counters {
namespace {

constexpr const char* kTable =
    "header\n"
    "cycles\ttest::CYCLES\t4\t0x3c\t0x0\tno\t\n"
    "branch_misses\ttest::BRANCHES\t4\t0xc5\t0x0\tno\t\n"
    "cross_core_loads\ttest::LOADS\t4\t0x4d2\t0x7\tno\t\n";

const Host& plain() {
    static const Host host;
    return host;
}

const Host& with_table() {
    static const EventTable table = read_event_table("test", kTable);
    static const Host host = [] {
        Host made;
        made.table = &table;
        return made;
    }();
    return host;
}

std::vector<std::string> sources_of(const char* role, Scope scope, const Host& host) {
    std::vector<std::string> sources;
    for (const Candidate& candidate : candidates_of(*find_role(role), scope, host))
        sources.push_back(std::string(name_of(candidate.tier)) + " " + candidate.source);
    return sources;
}

using Sources = std::vector<std::string>;

TEST(Candidates, GoFromTheSpecificToTheGeneral) {
    EXPECT_EQ(sources_of("branch_misses", Scope::user, with_table()),
              (Sources{"uarch test::BRANCHES", "generic perf::BRANCH-MISSES"}));
    EXPECT_EQ(sources_of("branch_misses", Scope::user, plain()), (Sources{"generic perf::BRANCH-MISSES"}));
    EXPECT_EQ(sources_of("page_faults", Scope::user, with_table()),
              (Sources{"software perf::PAGE-FAULTS", "rusage getrusage ru_minflt + ru_majflt"}));
    EXPECT_EQ(sources_of("run_queue_wait", Scope::both, with_table()), (Sources{"schedstat schedstat run_delay"}));
}

TEST(Candidates, OfAnAnchorBeginWithTheKernelsOwn) {
    EXPECT_EQ(sources_of("cycles", Scope::user, with_table()), (Sources{"generic perf::CYCLES", "uarch test::CYCLES"}));
}

// What the kernel takes for branches on Arm are changes of the program counter on older kernels, and the mispredicted ones
// include wrong paths.
TEST(Candidates, OfBranchesOnArmAreTheCoresOwnOrNone) {
    Host host;
    host.cpu.implementer = 0x41;
    EXPECT_TRUE(sources_of("branch_misses", Scope::user, host).empty());
    host.table = find_event_table("n1");
    ASSERT_NE(host.table, nullptr);
    EXPECT_EQ(sources_of("branches", Scope::user, host), Sources{"uarch arm_n1::BR_RETIRED"});
    EXPECT_EQ(sources_of("branch_misses", Scope::user, host), Sources{"uarch arm_n1::BR_MIS_PRED_RETIRED"});
    EXPECT_EQ(sources_of("cycles", Scope::user, host).at(0), "generic perf::CYCLES");
    EXPECT_EQ(sources_of("instructions", Scope::user, host).at(0), "generic perf::INSTRUCTIONS");
}

TEST(Candidates, NameTheirPmuWhereThereAreSeveral) {
    Host host = with_table();
    host.pmu_type = 10;
    const auto generic = candidates_of(*find_role("cycles"), Scope::user, host);
    EXPECT_EQ(generic.at(0).encoding, (Encoding{0, 0xa'0000'0000, 0, 0}));
    EXPECT_EQ(generic.at(1).encoding, (Encoding{10, 0x3c, 0, 0}));
    const auto cache = candidates_of(*find_role("generic_llc_load_misses"), Scope::user, host);
    EXPECT_EQ(cache.at(0).encoding, (Encoding{3, 0xa'0001'0002, 0, 0}));
    const auto software = candidates_of(*find_role("page_faults"), Scope::user, host);
    EXPECT_EQ(software.at(0).encoding, (Encoding{1, 2, 0, 0}));
}

TEST(Candidates, NeverReplaceASpecificRoleByASimilarOne) {
    EXPECT_TRUE(sources_of("cross_core_loads", Scope::user, plain()).empty());
    EXPECT_TRUE(sources_of("l1d_misses", Scope::user, plain()).empty());
    EXPECT_EQ(sources_of("context_switches", Scope::kernel, plain()), (Sources{"software perf::CONTEXT-SWITCHES"}));
}

TEST(Candidates, OfTheKernelsShareAreNotStatisticsThatCannotTellIt) {
    EXPECT_EQ(sources_of("page_faults", Scope::kernel, plain()), (Sources{"software perf::PAGE-FAULTS"}));
}

TEST(Candidates, TakeTheRowsNumbersWhereLibpfmLacksTheName) {
    const auto candidates = candidates_of(*find_role("cross_core_loads"), Scope::user, with_table());
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_EQ(candidates[0].encoding, (Encoding{4, 0x4d2, 0x7, 0}));
}

TEST(Candidates, AskForTheTaskClockWithoutTheKernelsPermission) {
    const auto candidates = candidates_of(*find_role("task_clock"), Scope::both, plain());
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_EQ(candidates[0].scope, Scope::both);
    EXPECT_EQ(candidates[0].opened_as, Scope::user);
}

}  // namespace
}  // namespace latchmark::counters
