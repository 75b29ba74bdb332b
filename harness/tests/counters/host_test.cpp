// Which events a team may use, by what its CPUs and their PMUs say of themselves.
#include "harness/counters/host.hpp"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "harness/counters/resolved_role.hpp"
#include "harness/tests/counters/described_machines.hpp"

namespace latchmark::counters {
namespace {

using Cpus = std::vector<unsigned>;

ResolvedRole role_on(const Cpus& cpus, const std::string& role, ScriptedKernel& kernel) {
    return resolve({role}, {.cpus = cpus}, kernel).at(0);
}

// The PMU that a hardware event names; 0 where it names none.
std::uint32_t pmu_named(const Encoding& event) {
    if (event.type == 0 || event.type == 3) return static_cast<std::uint32_t>(event.config >> 32U);
    return event.type;
}

TEST(Host, OfOneKindOfCoreHasItsTable) {
    ScriptedKernel kernel;
    kernel.cpu = sapphire_rapids();
    const Host host = host_of({0, 1, 7}, kernel);
    ASSERT_NE(host.table, nullptr);
    EXPECT_EQ(host.table->id, "spr");
    EXPECT_EQ(host.why_no_table, "");
    EXPECT_EQ(host.kinds, (std::vector<std::string>{"Intel family 6 model 0x8f stepping 8"}));
    EXPECT_EQ(host.pmu_type, std::nullopt);
    const ResolvedRole loads = role_on({0, 1}, "cross_core_loads", kernel);
    EXPECT_EQ(loads.status, Status::counted);
    EXPECT_EQ(loads.tier, Tier::uarch);
    EXPECT_EQ(loads.encoding, (Encoding{4, 0x4d2, 0, 0}));
    EXPECT_EQ(loads.why, "");
    EXPECT_EQ(role_on({0}, "cycles", kernel).encoding, (Encoding{0, 0, 0, 0}));
    EXPECT_EQ(role_on({0}, "ownership_upgrades", kernel).why, "this core (event table spr) has no event for it");
}

TEST(Host, OfAnUnknownCoreSaysWhyItHasNoTable) {
    ScriptedKernel kernel;
    kernel.cpu = {.maker = Maker::intel, .family = 6, .model = 0x3f};
    const Host host = host_of({}, kernel);
    EXPECT_EQ(host.table, nullptr);
    EXPECT_EQ(host.why_no_table, role_on({}, "l1d_misses", kernel).why);
    EXPECT_EQ(role_on({}, "cycles", kernel).status, Status::counted);
}

TEST(Hybrid, AsksOnlyThePmuOfTheTeamsCores) {
    ScriptedKernel kernel;
    describe_hybrid(kernel);
    for (const auto& [cpus, type] : {std::pair{Cpus{0, 7}, kCoreType}, {Cpus{8, 11}, kAtomType}, {Cpus{9}, kAtomType}}) {
        kernel.asked.clear();
        std::size_t counted = 0;
        for (const Role& role : all_roles()) {
            const ResolvedRole resolved = role_on(cpus, std::string(role.name), kernel);
            EXPECT_NE(resolved.tier == Tier::uarch && resolved.status == Status::counted, true) << role.name;
            counted += resolved.tier == Tier::generic && resolved.status == Status::counted ? 1 : 0;
        }
        EXPECT_EQ(counted, 14U);
        for (const Encoding& event : kernel.asked)
            if (event.type != 1) {
                EXPECT_EQ(pmu_named(event), type) << event.type << ' ' << event.config;
            }
    }
    EXPECT_EQ(role_on({8}, "cycles", kernel).encoding, (Encoding{0, std::uint64_t{kAtomType} << 32U, 0, 0}));
    EXPECT_NE(host_of({8}, kernel).why_no_table.find("cores are of two kinds"), std::string::npos);
}

void expect_no_hardware(const Cpus& cpus, ScriptedKernel& kernel, int error) {
    kernel.asked.clear();
    for (const Role& role : all_roles()) {
        const ResolvedRole resolved = role_on(cpus, std::string(role.name), kernel);
        const bool is_of_the_thread = role.scope == Scope::both || resolved.tier == Tier::software;
        EXPECT_EQ(resolved.status, is_of_the_thread ? Status::counted : Status::not_supported) << role.name;
        EXPECT_EQ(resolved.error, is_of_the_thread ? 0 : error) << role.name;
        EXPECT_EQ(resolved.why.empty(), is_of_the_thread) << role.name;
    }
    EXPECT_TRUE(std::ranges::all_of(kernel.asked, [](const Encoding& event) { return event.type == 1; }));
}

TEST(Hybrid, CountsNoHardwareForATeamOnBothKinds) {
    ScriptedKernel kernel;
    describe_hybrid(kernel);
    expect_no_hardware({0, 8}, kernel, EXDEV);
    expect_no_hardware({11, 1, 2}, kernel, EXDEV);
    EXPECT_EQ(role_on({0, 8}, "cycles", kernel).why,
              "the workers sit on cores of different kinds (Intel family 6 model 0x97 stepping 2 on cpu_core, Intel family 6 "
              "model 0x97 stepping 2 on cpu_atom), on which no event counts the same: place them on cores of one kind");
}

TEST(Hybrid, CountsNoHardwareWhereItIsUnclearWhichPmuIsMeant) {
    const std::string folder = "/sys/bus/event_source/devices/cpu_atom/";
    for (const char* file : {"type", "cpus"})
        for (const char* garbled : {"", "x\n", "8-\n", "-1\n", "99999999999\n"}) {
            ScriptedKernel kernel;
            describe_hybrid(kernel);
            kernel.files[folder + file] = garbled;
            expect_no_hardware({8}, kernel, ENODEV);
            EXPECT_EQ(role_on({0}, "cycles", kernel).status, Status::counted) << file << ' ' << garbled;
        }
    ScriptedKernel kernel;
    describe_hybrid(kernel);
    expect_no_hardware({12}, kernel, ENODEV);  // on nobody's list
    kernel.files[folder + "cpus"] = "0-11\n";
    expect_no_hardware({3}, kernel, ENODEV);  // on both
    kernel.file_read = -EIO;
    expect_no_hardware({8}, kernel, ENODEV);
}

TEST(Hybrid, MachineThatShowsOnePmuIsLikeAnyOther) {
    ScriptedKernel kernel;
    kernel.cpu = alder_lake();
    kernel.pmus->clear();
    add_pmu(kernel, "cpu", kCoreType, "0-7");
    EXPECT_EQ(role_on({0}, "cycles", kernel).encoding, (Encoding{0, 0, 0, 0}));
    EXPECT_EQ(role_on({0}, "cross_core_loads", kernel).status, Status::no_encoding);
}

TEST(BigLittle, GivesEachKindItsOwnTableAndPmu) {
    ScriptedKernel kernel;
    describe_big_little(kernel);
    EXPECT_EQ(host_of({0, 3}, kernel).table, nullptr);
    const Host big = host_of({4, 5}, kernel);
    ASSERT_NE(big.table, nullptr);
    EXPECT_EQ(big.table->id, "a72");
    EXPECT_EQ(role_on({4}, "l1d_misses", kernel).encoding, (Encoding{9, 0x03, 0, 0}));
    EXPECT_EQ(role_on({4}, "cycles", kernel).encoding, (Encoding{0, 0x9'0000'0000, 0, 0}));
    EXPECT_EQ(role_on({0}, "cycles", kernel).encoding, (Encoding{0, 0x8'0000'0000, 0, 0}));
    expect_no_hardware({3, 4}, kernel, EXDEV);
}

// Arm's kernels before 6.6 refuse a generic event that names its PMU.
TEST(BigLittle, OnAnOlderKernelCountsWhatTheTableHas) {
    ScriptedKernel kernel;
    describe_big_little(kernel);
    kernel.open_errors[0x8'0000'0000] = kernel.open_errors[0x9'0000'0000] = ENOENT;
    const ResolvedRole big = role_on({4}, "cycles", kernel);
    EXPECT_EQ(big.status, Status::counted);
    EXPECT_EQ(big.encoding, (Encoding{9, 0x11, 0, 0}));
    const ResolvedRole little = role_on({0}, "cycles", kernel);
    EXPECT_EQ(little.status, Status::not_supported);
    EXPECT_NE(little.why.find("6.6"), std::string::npos) << little.why;
}

TEST(BigLittle, BehindOneNameIsStillOfTwoKinds) {
    ScriptedKernel kernel;
    describe_big_little(kernel);
    kernel.pmus = {{"armv8_pmuv3"}};
    expect_no_hardware({3, 4}, kernel, EXDEV);
}

TEST(ArmEvents, AreOpenedOnlyIfTheKernelListsThem) {
    ScriptedKernel kernel;
    kernel.cpu = arm_core(0xd0c);
    kernel.pmus = {{"armv8_pmuv3_0"}};
    kernel.files["/sys/bus/event_source/devices/armv8_pmuv3_0/cpus"] = "0-3\n";
    list_events(kernel, "armv8_pmuv3_0", {0x03, 0x08, 0x11});
    EXPECT_EQ(role_on({0}, "l1d_misses", kernel).status, Status::counted);

    const ResolvedRole remote = role_on({0}, "cross_socket_accesses", kernel);
    EXPECT_EQ(remote.status, Status::not_implemented_by_pmu);
    EXPECT_EQ(remote.encoding.config, 0x31U);
    EXPECT_EQ(remote.why, "this core does not implement " + remote.source + ", as the kernel does not list it: it would count 0");
    for (const Encoding& event : kernel.asked) EXPECT_FALSE(event.type == 4 && event.config == 0x31);
    // Numbers from 0x40 on are the core's own: only trying tells.
    EXPECT_EQ(role_on({0}, "l1d_invalidations", kernel).status, Status::counted);
    EXPECT_EQ(role_on({0}, "l1d_invalidations", kernel).encoding.config, 0x48U);
    // Another core's PMU lists nothing of this one.
    EXPECT_EQ(role_on({4}, "l1d_misses", kernel).error, ENODEV);
}

TEST(ArmEvents, OfTheExtendedRangeAreListedToo) {
    ScriptedKernel kernel;
    kernel.cpu = arm_core(0xd49);
    kernel.pmus = {{"armv8_pmuv3_0"}};
    list_events(kernel, "armv8_pmuv3_0", {0x08, 0x11});
    Host host = host_of({0}, kernel);
    for (const std::uint64_t event : {0x00U, 0x3fU, 0x4000U, 0x4005U, 0x403fU}) EXPECT_FALSE(host.implements({4, event, 0, 0}));
    for (const std::uint64_t event : {0x08U, 0x11U, 0x40U, 0x3fffU, 0x4040U, 0x8168U})
        EXPECT_TRUE(host.implements({4, event, 0, 0}));
    host.cpu = sapphire_rapids();
    EXPECT_TRUE(host.implements({4, 0x3c, 0, 0}));
}

TEST(ArmEvents, ThatCannotBeReadAreNotOpened) {
    const std::string folder = "/sys/bus/event_source/devices/armv8_pmuv3_0/events";
    for (const char* garbled :
         {"", "0x03\n", "event=3\n", "event=0x\n", "event=0x03x\n", "event=0x0003,long=1\n", "event=-3\n"}) {
        ScriptedKernel kernel;
        kernel.cpu = arm_core(0xd0c);
        kernel.pmus = {{"armv8_pmuv3_0"}};
        kernel.folders[folder] = {"l1d_cache_refill"};
        kernel.files[folder + "/l1d_cache_refill"] = garbled;
        const ResolvedRole misses = role_on({0}, "l1d_misses", kernel);
        EXPECT_EQ(misses.status, Status::not_implemented_by_pmu) << garbled;
        EXPECT_NE(misses.why.find("lists no events"), std::string::npos) << misses.why;
        EXPECT_TRUE(std::ranges::all_of(kernel.asked, [](const Encoding& event) { return event.type == 1; }));
    }
}

TEST(UnresponsiveRoles, TakeNoCounterAndSayWhy) {
    ScriptedKernel kernel;
    const Circumstances circumstances{.cpus = {0}, .unresponsive = {"branches"}};
    const auto roles = resolve({"branches", "branch_misses"}, circumstances, kernel);
    EXPECT_EQ(roles.at(0).status, Status::unresponsive);
    EXPECT_NE(roles.at(0).why.find("does not react"), std::string::npos);
    EXPECT_EQ(roles.at(1).status, Status::counted);
    // What cannot be opened today has its own reason.
    kernel.open_errors[4] = ENOENT;
    EXPECT_EQ(resolve({"branches"}, circumstances, kernel).at(0).status, Status::not_supported);
}

}  // namespace
}  // namespace latchmark::counters
