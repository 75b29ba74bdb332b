// What is said about a machine's counters before a run.
#include "harness/counters/capability.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {
namespace {

TEST(Capability, NamesTheAnswersOfAWillingMachine) {
    ScriptedKernel kernel;
    const Capability answer = capability({"cycles", "cross_core_loads", "voluntary_switches"}, kernel);
    EXPECT_EQ(answer.perf_event_paranoid, 2);
    EXPECT_EQ(answer.pmus, (std::vector<std::string>{"cpu"}));
    EXPECT_EQ(answer.table, std::nullopt);
    ASSERT_EQ(answer.roles.size(), 3U);
    EXPECT_EQ(answer.roles[0].status, Status::counted);
    EXPECT_EQ(answer.roles[0].unit, "cycles");
    EXPECT_EQ(answer.roles[0].source, "perf::CYCLES");
    EXPECT_EQ(answer.roles[0].tier, Tier::generic);
    EXPECT_EQ(answer.roles[0].scope, Scope::user);
    EXPECT_EQ(answer.roles[0].why, std::nullopt);
    EXPECT_EQ(answer.roles[1].status, Status::no_encoding);
    EXPECT_EQ(answer.roles[1].source, std::nullopt);
    EXPECT_EQ(answer.roles[1].tier, std::nullopt);
    EXPECT_TRUE(answer.roles[1].why.has_value());
    EXPECT_EQ(answer.roles[2].tier, Tier::rusage);
    EXPECT_TRUE(kernel.open_descriptors.empty());
}

TEST(Capability, TellsTheScopesOfARoleApart) {
    ScriptedKernel kernel;
    const Capability answer = capability({"cycles", "cycles:kernel"}, kernel);
    EXPECT_EQ(answer.roles.at(0).role, "cycles");
    EXPECT_EQ(answer.roles.at(1).role, "cycles:kernel");
    EXPECT_EQ(answer.roles.at(1).scope, Scope::kernel);
}

TEST(Capability, AsksEachRoleAloneSoThatNoneLacksRoom) {
    ScriptedKernel kernel;
    kernel.room = 1;
    std::vector<std::string> names;
    for (const Role& role : all_roles()) names.emplace_back(role.name);
    const Capability answer = capability(names, kernel);
    ASSERT_EQ(answer.roles.size(), names.size());
    for (const RoleAnswer& role : answer.roles) {
        EXPECT_NE(role.status, Status::group_full) << role.role;
        EXPECT_EQ(role.why.has_value(), !has_value(role.status)) << role.role;
    }
}

TEST(Capability, FindsOutThatAnOpenedEventDoesNotRun) {
    ScriptedKernel kernel;
    kernel.running_step_ns = 0;
    const Capability answer = capability({"cycles"}, kernel);
    EXPECT_EQ(answer.roles.at(0).status, Status::never_scheduled);
}

TEST(Capability, RefusesUnknownRoles) {
    ScriptedKernel kernel;
    EXPECT_THROW(static_cast<void>(capability({"speed"}, kernel)), std::invalid_argument);
}

}  // namespace
}  // namespace latchmark::counters
