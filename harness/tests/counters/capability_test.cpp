// What is said about a machine's counters before a run.
#include "harness/counters/capability.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/tests/counters/described_machines.hpp"

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

TEST(Capability, NamesTheCpuItsTableAndWhatRunsUnderIt) {
    ScriptedKernel kernel;
    EXPECT_EQ(capability({}, kernel).hypervisor, std::nullopt);
    EXPECT_NE(capability({}, kernel).cpu.find("there is no event table"), std::string::npos);
    kernel.cpu = sapphire_rapids();
    kernel.cpu.hypervisor = "KVMKVMKVM";
    const Capability answer = capability({"cross_core_loads"}, kernel);
    EXPECT_EQ(answer.cpu, "Intel family 6 model 0x8f stepping 8");
    EXPECT_EQ(answer.table, "spr");
    EXPECT_EQ(answer.hypervisor, "KVM");
    EXPECT_EQ(answer.roles.at(0).encoding, (Encoding{4, 0x4d2, 0, 0}));
}

TEST(Capability, OfAHybridMachineIsThatOfItsFirstCpuWhereverItIsAsked) {
    cpu_set_t all, last;
    ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
    std::vector<std::size_t> cpus;
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &all)) cpus.push_back(cpu);
    CPU_ZERO(&last);
    CPU_SET(cpus.back(), &last);
    // There it stays, once it may run anywhere again.
    ASSERT_EQ(sched_setaffinity(0, sizeof last, &last), 0);
    ASSERT_EQ(sched_setaffinity(0, sizeof all, &all), 0);

    ScriptedKernel kernel;
    kernel.pmus->clear();
    kernel.cpu = alder_lake();
    add_pmu(kernel, "cpu_core", kCoreType, std::to_string(cpus.front()));
    add_pmu(kernel, "cpu_atom", kAtomType, std::to_string(cpus.front() + 1) + "-100000");
    const Capability answer = capability({"cycles"}, kernel);
    EXPECT_EQ(answer.roles.at(0).encoding, (Encoding{0, std::uint64_t{kCoreType} << 32U, 0, 0}));
    EXPECT_NE(answer.cpu.find("asked on Intel family 6 model 0x97 stepping 2 on cpu_core, one of several kinds"),
              std::string::npos)
        << answer.cpu;
}

TEST(Capability, LeavesTheThreadWhereItMayRun) {
    cpu_set_t before, after;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    ScriptedKernel kernel;
    describe_hybrid(kernel);
    static_cast<void>(capability({"cycles"}, kernel));
    ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
    EXPECT_TRUE(CPU_EQUAL(&before, &after));
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
