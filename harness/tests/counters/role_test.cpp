// The table of roles and the words of the statuses.
#include "harness/counters/role.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <set>
#include <string_view>

#include "harness/counters/worker_counters.hpp"

namespace latchmark::counters {
namespace {

TEST(Roles, HaveOneRowEachWithUnitAndMeaning) {
    std::set<std::string_view> names;
    for (const Role& role : all_roles()) {
        EXPECT_TRUE(names.insert(role.name).second) << role.name;
        EXPECT_FALSE(role.unit.empty()) << role.name;
        EXPECT_FALSE(role.meaning.empty()) << role.name;
        EXPECT_EQ(find_role(role.name), &role);
    }
    EXPECT_EQ(find_role("cyclez"), nullptr);
}

TEST(Roles, OfSwitchesAndMigrationsAreNeverCountedInUserScope) {
    EXPECT_EQ(find_role("context_switches")->scope, Scope::kernel);
    EXPECT_EQ(find_role("cpu_migrations")->scope, Scope::kernel);
}

// A reader meets the caveat behind the meaning: it has to stand as sentences of its own.
TEST(Roles, HaveTheirCaveatsInSentences) {
    std::size_t caveats = 0;
    for (const Role& role : all_roles()) {
        if (role.caveat.empty()) continue;
        ++caveats;
        EXPECT_TRUE(role.caveat.front() >= 'A' && role.caveat.front() <= 'Z') << role.name;
        EXPECT_EQ(role.caveat.back(), '.') << role.name;
        EXPECT_NE(role.meaning.back(), '.') << role.name;
    }
    EXPECT_GT(caveats, 0U);
}

// Intel names the event after modified lines, but clean ones are forwarded too: the name would claim what nobody counted.
TEST(Roles, OfLoadsServedByAnotherCoreDoNotClaimToHaveFoundModifiedLines) {
    const Role* loads = find_role("cross_core_loads");
    ASSERT_NE(loads, nullptr);
    EXPECT_NE(loads->meaning.find("served by another core"), std::string_view::npos);
    for (const std::string_view text : {loads->meaning, loads->caveat}) EXPECT_EQ(text.find("HITM"), std::string_view::npos);
}

TEST(Statuses, OfMemoryThatNobodyWroteHaveNoValue) {
    EXPECT_FALSE(has_value(RoleCount{}.status));
    EXPECT_EQ(RoleCount{}.status, Status::read_failed);
}

TEST(Statuses, HaveOneWordEach) {
    std::set<std::string_view> words;
    for (const Status status :
         {Status::counted, Status::scaled, Status::undersampled, Status::never_scheduled, Status::read_failed, Status::group_full,
          Status::not_supported, Status::not_implemented_by_pmu, Status::unresponsive, Status::not_permitted, Status::open_failed,
          Status::no_encoding, Status::no_pmu})
        EXPECT_TRUE(words.insert(name_of(status)).second) << name_of(status);
    EXPECT_EQ(name_of(Status::counted), "counted");
    EXPECT_EQ(name_of(Tier::rusage), "rusage");
    EXPECT_EQ(name_of(Scope::kernel), "kernel");
}

}  // namespace
}  // namespace latchmark::counters
