// The table of roles and the words of the statuses.
#include "harness/counters/role.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>

#include "harness/counters/event_table.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "latchmark/counters/role_set.hpp"

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

TEST(Roles, CoverEveryRowOfTheGenericTable) {
    for (const EventRow& row : generic_events().rows) EXPECT_NE(find_role(row.role), nullptr) << row.role;
}

TEST(RoleSets, NameOnlyRolesThatExistAndFitIntoALaunch) {
    for (const auto& family :
         {roles::none(), roles::coherence(), roles::contention(), roles::waiting(), roles::pools(), roles::ipc()}) {
        ASSERT_FALSE(family.empty());
        for (const RoleGroup& group : family) {
            const auto asked = roles_of_launch(group);
            EXPECT_LE(asked.size(), kMaxRoles);
            std::set<std::string> names;
            for (const std::string& text : asked) {
                EXPECT_TRUE(names.insert(text).second) << text;
                EXPECT_NE(find_role(std::string_view(text).substr(0, text.find(':'))), nullptr) << text;
            }
        }
    }
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
