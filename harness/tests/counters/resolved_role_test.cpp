// Which event answers which role, on machines that allow more or less.
#include "harness/counters/resolved_role.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {
namespace {

ResolvedRole only(const std::string& role, ScriptedKernel& kernel) {
    const auto roles = resolve({role}, {}, kernel);
    EXPECT_EQ(roles.size(), 1U);
    return roles.at(0);
}

TEST(Resolve, KeepsTheOrderAndLeavesNothingOpen) {
    ScriptedKernel kernel;
    const auto asked = roles_of_launch({"branch_misses", "cross_core_loads"});
    const auto resolved = resolve(asked, {}, kernel);
    ASSERT_EQ(resolved.size(), asked.size());
    for (std::size_t index = 0; index < asked.size(); ++index) EXPECT_EQ(asked_name_of(resolved[index]), asked[index]);
    EXPECT_EQ(resolved[8].source, "perf::CYCLES");
    EXPECT_EQ(resolved[10].status, Status::counted);
    EXPECT_EQ(resolved[11].status, Status::no_encoding);
    EXPECT_TRUE(kernel.open_descriptors.empty());
}

TEST(RolesOfLaunch, CountOnceWhatAGroupNamesAndEveryLaunchCounts) {
    EXPECT_EQ(roles_of_launch({"instructions", "branches", "page_faults", "timeslices"}), roles_of_launch({"branches"}));
    EXPECT_EQ(roles_of_launch(roles_of_launch({})), roles_of_launch({}));
    ScriptedKernel kernel;
    EXPECT_NO_THROW(static_cast<void>(resolve(roles_of_launch({"cycles", "task_clock"}), {}, kernel)));
}

TEST(RolesOfLaunch, KeepWhatAGroupNamesTwiceForResolvingToRefuse) {
    ScriptedKernel kernel;
    EXPECT_THROW(static_cast<void>(resolve(roles_of_launch({"branches", "branches"}), {}, kernel)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(resolve(roles_of_launch({"cycles:kernel", "cycles:kernel"}), {}, kernel)),
                 std::invalid_argument);
}

TEST(Resolve, CountsTheFirstThreeProgrammableRolesThatTheCoreHas) {
    ScriptedKernel kernel;
    kernel.open_errors[9] = ENOENT;  // ref_cycles: refused, so it takes no counter from the others
    const auto resolved = resolve({"cycles", "instructions", "cycles:kernel", "ref_cycles", "cross_core_loads", "branches",
                                   "branch_misses", "generic_cache_misses", "generic_cache_references"},
                                  {}, kernel);
    std::vector<std::string> names;
    names.reserve(resolved.size());
    for (const auto& role : resolved) names.push_back(role.role);
    EXPECT_EQ(names, (std::vector<std::string>{"cycles", "instructions", "cycles", "ref_cycles", "cross_core_loads", "branches",
                                               "branch_misses", "generic_cache_misses"}));
    EXPECT_EQ(resolved[2].scope, Scope::kernel);
    EXPECT_EQ(resolved[3].status, Status::not_supported);
}

TEST(Resolve, ThrowsForDescriptionsThatCannotBeCounted) {
    ScriptedKernel kernel;
    EXPECT_THROW(static_cast<void>(resolve({"cyclez"}, {}, kernel)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(resolve({"cycles", "cycles"}, {}, kernel)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(resolve({"cycles:guest"}, {}, kernel)), std::invalid_argument);
    // Would open, run, and always be 0.
    EXPECT_THROW(static_cast<void>(resolve({"context_switches:user"}, {}, kernel)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(resolve({"cpu_migrations:user"}, {}, kernel)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(resolve({"timeslices:kernel"}, {}, kernel)), std::invalid_argument);
    std::vector<std::string> too_many;
    for (const Role& role : all_roles()) too_many.emplace_back(role.name);
    EXPECT_THROW(static_cast<void>(resolve(too_many, {}, kernel)), std::invalid_argument);
}

TEST(Resolve, SaysNoPmuForAllHardwareRolesWhereTheKernelListsNone) {
    ScriptedKernel kernel;
    kernel.pmus = {{"software", "breakpoint", "uncore_imc_0"}};
    EXPECT_EQ(only("cycles", kernel).status, Status::no_pmu);
    EXPECT_EQ(only("cross_core_loads", kernel).status, Status::no_pmu);
    EXPECT_EQ(only("task_clock", kernel).status, Status::counted);
    kernel.pmus = {{"armv8_pmuv3_0"}};
    EXPECT_EQ(only("cycles", kernel).status, Status::counted);
    kernel.pmus.reset();  // no sysfs: only trying tells
    EXPECT_EQ(only("cycles", kernel).status, Status::counted);
}

TEST(Resolve, WithoutTheSystemCallLeavesTheThreadsOwnStatistics) {
    ScriptedKernel kernel;
    kernel.open_error = ENOSYS;
    for (const char* role : {"cycles", "cross_core_loads", "task_clock", "context_switches"}) {
        EXPECT_EQ(only(role, kernel).status, Status::no_pmu) << role;
        EXPECT_EQ(only(role, kernel).error, ENOSYS) << role;
    }
    for (const char* role : {"voluntary_switches", "involuntary_switches", "page_faults"}) {
        EXPECT_EQ(only(role, kernel).status, Status::counted) << role;
        EXPECT_EQ(only(role, kernel).tier, Tier::rusage) << role;
    }
    EXPECT_EQ(only("run_queue_wait", kernel).status, Status::counted);
}

TEST(Resolve, KeepsUserScopeWhereTheKernelsIsRefused) {
    ScriptedKernel kernel;
    kernel.kernel_scope_error = EACCES;
    EXPECT_EQ(only("cycles", kernel).status, Status::counted);
    EXPECT_EQ(only("task_clock", kernel).status, Status::counted);
    EXPECT_EQ(only("page_faults", kernel).tier, Tier::software);
    EXPECT_EQ(only("cycles:kernel", kernel).status, Status::not_permitted);
    const ResolvedRole switches = only("context_switches", kernel);
    EXPECT_EQ(switches.status, Status::not_permitted);
    EXPECT_EQ(switches.tier, Tier::software);  // no other quantity under this name
    EXPECT_EQ(only("voluntary_switches", kernel).status, Status::counted);
}

TEST(Resolve, NamesTheFirstRefusalWhenAllCandidatesAreRefused) {
    ScriptedKernel kernel;
    kernel.open_error = EPERM;
    kernel.usage_error = EINVAL;
    const ResolvedRole faults = only("page_faults", kernel);
    EXPECT_EQ(faults.status, Status::not_permitted);
    EXPECT_EQ(faults.error, EPERM);
    EXPECT_EQ(faults.tier, Tier::software);
    kernel.schedstat.reset();
    EXPECT_EQ(only("timeslices", kernel).status, Status::not_supported);
}

}  // namespace
}  // namespace latchmark::counters
