// What recorded machines are recognised by, and what is advised for them.
#include "harness/machine/fingerprint.hpp"

#include <gtest/gtest.h>

#include "harness/machine/advice.hpp"
#include "harness/machine/hash.hpp"
#include "harness/machine/kernel_files.hpp"
#include "harness/tests/machine/recorded_machine.hpp"

namespace latchmark::machine {
namespace {

std::string told(const Facts& facts, const std::string& key) {
    const auto found = facts.find(key);
    if (found == facts.end()) return "(no such fact)";
    const auto* value = std::get_if<std::string>(&found->second);
    return value != nullptr ? *value : "? " + std::get<Unavailable>(found->second).why;
}

// A server with two sockets of four cores with two threads each; CPU n and n + 8 are siblings.
void record_server(RecordedMachine& machine) {
    machine.with(
        "proc/cpuinfo",
        "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Platinum "
        "8488C @ 2.40GHz\n"
        "stepping\t: 8\nmicrocode\t: 0x2b0004b1\ncpu MHz\t: 2400.1\nflags\t\t: fpu cx16 rtm waitpkg constant_tsc sse2\n\n"
        "processor\t: 1\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\ncpu MHz\t: 3100.7\npower management:\n");
    machine.with("proc/meminfo", "MemTotal:       129000000 kB\nMemFree:  1 kB");
    machine.with("sys/devices/system/cpu/online", "0-15").with("sys/devices/system/node/online", "0-1");
    for (unsigned cpu = 0; cpu < 16; ++cpu) {
        const unsigned core = cpu % 8;
        machine.with_cpu(cpu, "topology/physical_package_id", std::to_string(core / 4));
        machine.with_cpu(cpu, "topology/core_cpus_list", std::to_string(core) + "," + std::to_string(core + 8));
        machine.with_cpu(cpu, "cpufreq/scaling_governor", cpu == 3 ? "powersave" : "performance");
    }
    machine.with_cpu(0, "cache/index0/level", "1").with_cpu(0, "cache/index0/type", "Data");
    machine.with_cpu(0, "cache/index0/size", "48K").with_cpu(0, "cache/index0/shared_cpu_list", "0,8");
    machine.with_cpu(0, "cache/index1/level", "3").with_cpu(0, "cache/index1/type", "Unified");
    machine.with_cpu(0, "cache/index1/size", "107520K").with_cpu(0, "cache/index1/shared_cpu_list", "0-3,8-11");
    machine.with("sys/devices/system/cpu/intel_pstate/no_turbo", "0").with("sys/devices/system/cpu/smt/control", "on");
    machine.with("sys/devices/system/cpu/isolated", "")
        .with("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
    machine.with("proc/sys/kernel/osrelease", "6.1.0-18-amd64").with("proc/sys/kernel/numa_balancing", "1");
    machine.with("proc/sys/kernel/perf_event_paranoid", "3").with("proc/sys/kernel/randomize_va_space", "0");
    machine.with("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
    machine.with("sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected");
    machine.with("sys/devices/system/cpu/vulnerabilities/spectre_v1", "Vulnerable");
    machine.with("proc/self/cgroup", "0::/box").with("sys/fs/cgroup/box/cpu.max", "150000 100000");
}

class Server : public testing::Test {
protected:
    void SetUp() override { record_server(machine_); }
    [[nodiscard]] Fingerprint asked(const std::map<std::string, std::string>& build = {}) const {
        return fingerprint(topology_, build, machine_.root(), "x86_64");
    }
    RecordedMachine machine_;
    Topology topology_ = described("synthetic:package:2 l3:1 core:4 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)");
};

TEST_F(Server, IsRecognisedByWhatItIs) {
    const Fingerprint result = asked();
    const std::map<std::string, std::string> expected{
        {"architecture", "x86_64"},
        {"vendor", "GenuineIntel"},
        {"family", "6"},
        {"model", "143"},
        {"stepping", "8"},
        {"model_name", "Intel(R) Xeon(R) Platinum 8488C @ 2.40GHz"},
        {"sockets", "2"},
        {"cores", "8"},
        {"threads_per_core", "2"},
        {"numa_nodes", "2"},
        {"memory", "128 GiB"},
        {"caches", "L1d 48K x 2, L3 107520K x 8"},
        {"core_kinds", "all alike"},
        {"hypervisor", "none"},
        {"isa_features", "cx16 rtm waitpkg constant_tsc"},
    };
    for (const auto& [key, value] : expected) EXPECT_EQ(told(result.hard, key), value) << key;
    EXPECT_EQ(result.hard.size(), expected.size());
    EXPECT_EQ(result.alias, "xeon-platinum-8488c-8c-2s");
}

TEST_F(Server, TellsItsSettings) {
    const Fingerprint result = asked({{"compiler", "GCC 12.2"}});
    const std::map<std::string, std::string> expected{
        {"address_randomization", "off"},
        {"allowed_cpus", "all"},
        {"cgroup_quota", "1.5 CPUs"},
        {"clocksource", "hpet"},
        {"compiler", "GCC 12.2"},
        {"governor", "performance, powersave"},
        {"isolated_cpus", "none"},
        {"kernel", "6.1.0-18-amd64"},
        {"microcode", "0x2b0004b1"},
        {"mitigations", "spectre_v1: Vulnerable"},
        {"numa_balancing", "on"},
        {"perf_event_paranoid", "3"},
        {"smt_control", "on"},
        {"transparent_huge_pages", "always"},
        {"turbo", "on"},
        {"container", "no trace of one"},
        {"energy_preference", "? no energy preference in this machine (virtual machine, or a driver without it)"},
        {"frequency_driver", "? no cpufreq in this machine (virtual machine?)"},
        {"kernel_build", "? cannot read /proc/sys/kernel/version: No such file or directory"},
        {"nohz_full_cpus", "? this kernel cannot stop its tick"},
    };
    for (const auto& [key, value] : expected) EXPECT_EQ(told(result.soft, key), value) << key;
}

TEST_F(Server, IsTheSameMachineUnderOtherSettingsAndInACpuset) {
    const Fingerprint first = asked();
    machine_.with("proc/sys/kernel/osrelease", "6.9").with_cpu(0, "cpufreq/scaling_governor", "powersave");
    machine_.with("proc/meminfo", "MemTotal:       131000000 kB");
    topology_ = described("synthetic:package:2 l3:1 core:4 pu:2", {0, 1, 5});
    const Fingerprint second = asked();
    EXPECT_EQ(second.hard_key_hash, first.hard_key_hash);
    EXPECT_EQ(told(second.soft, "allowed_cpus"), "3 of 16: 0-1,5");
}

TEST_F(Server, IsAnotherMachineWhenAHardFactChangesOrIsLost) {
    const std::string first = asked().hard_key_hash;
    EXPECT_EQ(first.size(), 16U);
    machine_.with_cpu(0, "cache/index1/size", "32768K");
    const std::string second = asked().hard_key_hash;
    std::filesystem::remove(machine_.root() / "proc/meminfo");
    const std::string third = asked().hard_key_hash;
    EXPECT_NE(first, second);
    EXPECT_NE(second, third);
    machine_.with("proc/cpuinfo", "vendor_id\t: \nflags\t: fpu");
    const std::string empty_vendor = asked().hard_key_hash;
    machine_.with("proc/cpuinfo", "flags\t: fpu");
    EXPECT_NE(asked().hard_key_hash, empty_vendor);
}

TEST_F(Server, NeverTellsItsHostName) {
    machine_.with("proc/sys/kernel/hostname", "secret-host").with("etc/hostname", "secret-host");
    const Fingerprint result = asked();
    for (const Facts& facts : {result.hard, result.soft})
        for (const auto& [key, fact] : facts) EXPECT_EQ(told(facts, key).find("secret-host"), std::string::npos) << key;
    EXPECT_EQ(result.alias.find("secret-host"), std::string::npos);
}

TEST_F(Server, GetsAdviceForAllThatDisturbs) {
    std::vector<std::string> whats;
    for (const Advice& entry : advice(asked())) {
        whats.push_back(entry.what);
        EXPECT_FALSE(entry.why.empty() || entry.command.empty()) << entry.what;
    }
    EXPECT_EQ(whats, (std::vector<std::string>{
                         "a control group limits CPU time to 1.5 CPUs", "the frequency governor is performance, powersave",
                         "turbo is on", "the clock is hpet", "perf_event_paranoid is 3", "NUMA balancing is on",
                         "transparent huge pages are always used", "SMT is on", "addresses are not randomised"}));
}

TEST(Advice, IsEmptyForAMachineOfWhichNothingIsKnownOrAllIsWell) {
    const Facts unknown{{"governor", Unavailable{"no cpufreq"}}, {"turbo", Unavailable{"no switch"}}};
    EXPECT_TRUE(advice({.hard = {}, .soft = unknown, .hard_key_hash = "", .alias = ""}).empty());
    const Facts well{{"governor", "performance"},
                     {"turbo", "off"},
                     {"clocksource", "tsc"},
                     {"perf_event_paranoid", "-1"},
                     {"cgroup_quota", "none"}};
    EXPECT_TRUE(advice({.hard = {{"hypervisor", "none"}}, .soft = well, .hard_key_hash = "", .alias = ""}).empty());
    EXPECT_EQ(advice({.hard = {{"hypervisor", "kvm"}}, .soft = well, .hard_key_hash = "", .alias = ""}).size(), 1U);
}

TEST(FingerprintOf, AnArmMachineWithTwoKinds) {
    RecordedMachine machine;
    machine.with(
        "proc/cpuinfo",
        "processor\t: 0\nFeatures\t: fp asimd atomics lrcpc\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\n"
        "CPU part\t: 0xd05\nCPU revision\t: 0\n\nprocessor\t: 1\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: "
        "0xd0b\n");
    machine.with("sys/devices/system/cpu/online", "0-1").with_cpu(0, "cpu_capacity", "400").with_cpu(1, "cpu_capacity", "1024");
    machine.with_cpu(0, "regs/identification/midr_el1", "0x00000000411fd050");
    const Fingerprint result = fingerprint(described("synthetic:core:2 pu:1"), {}, machine.root(), "aarch64");
    EXPECT_EQ(told(result.hard, "model"), "0xd05, 0xd0b");
    EXPECT_EQ(told(result.hard, "isa_features"), "atomics lrcpc");
    EXPECT_EQ(told(result.hard, "midr"), "0x00000000411fd050");
    EXPECT_EQ(told(result.hard, "core_kinds"), "1 x capacity 1024, 1 x capacity 400");
    EXPECT_EQ(told(result.hard, "hypervisor"), "? this architecture does not say whether it is virtual");
    EXPECT_EQ(told(result.hard, "caches"), "? this machine does not describe its caches");
    EXPECT_EQ(told(result.hard, "sockets"), "? this machine does not describe sockets and cores in /sys");
    EXPECT_EQ(result.alias, "aarch64-0x41-0xd05-0xd0b");
}

TEST(FingerprintOf, AnEmulatedProcessSaysSo) {
    RecordedMachine machine;
    record_server(machine);
    const Fingerprint result = fingerprint(described("synthetic:core:2 pu:1"), {}, machine.root(), "aarch64");
    EXPECT_EQ(told(result.hard, "hypervisor"), "user-mode emulation of aarch64");
}

TEST(FingerprintOf, HybridCoresAndTheirCachesByKind) {
    RecordedMachine machine;
    machine.with("sys/devices/system/cpu/online", "0-3")
        .with("sys/devices/cpu_core/cpus", "0-1")
        .with("sys/devices/cpu_atom/cpus", "2-3");
    machine.with_cpu(0, "cache/index0/level", "2")
        .with_cpu(0, "cache/index0/size", "2048K")
        .with_cpu(0, "cache/index0/shared_cpu_list", "0-1");
    machine.with_cpu(2, "cache/index0/level", "2")
        .with_cpu(2, "cache/index0/size", "4096K")
        .with_cpu(2, "cache/index0/shared_cpu_list", "2-3");
    const Fingerprint result = fingerprint(described("synthetic:core:4 pu:1"), {}, machine.root(), "x86_64");
    EXPECT_EQ(told(result.hard, "core_kinds"), "2 x efficient, 2 x performance");
    EXPECT_EQ(told(result.hard, "caches"), "L2 4096K x 2; L2 2048K x 2");
}

TEST(FingerprintOf, VirtualMachinesByTheirTraces) {
    RecordedMachine machine;
    machine.with("proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t: fpu hypervisor");
    const auto hypervisor = [&] {
        return told(fingerprint(described("synthetic:core:1 pu:1"), {}, machine.root(), "x86_64").hard, "hypervisor");
    };
    EXPECT_EQ(hypervisor(), "of unknown make");
    machine.with("sys/class/dmi/id/sys_vendor", "QEMU");
    EXPECT_EQ(hypervisor(), "QEMU");
    machine.with("sys/devices/system/clocksource/clocksource0/available_clocksource", "kvm-clock tsc");
    EXPECT_EQ(hypervisor(), "kvm");
    machine.with("sys/hypervisor/type", "xen");
    EXPECT_EQ(hypervisor(), "xen");
}

TEST(FingerprintOf, AMachineThatTellsNothingHasOnlyReasons) {
    RecordedMachine machine;
    const Fingerprint result = fingerprint(described("synthetic:core:1 pu:1"), {}, machine.root(), "x86_64");
    for (const auto& [key, fact] : result.hard)
        EXPECT_EQ(std::holds_alternative<Unavailable>(fact), key != "architecture") << key << ": " << told(result.hard, key);
    EXPECT_EQ(result.alias, "x86-64");
}

TEST(FingerprintOf, ThisMachineHasAnIdentity) {
    const Fingerprint result = fingerprint(this_machine());
    EXPECT_EQ(result.hard_key_hash.size(), 16U);
    EXPECT_EQ(result.hard_key_hash, fingerprint(this_machine()).hard_key_hash);
    EXPECT_EQ(result.alias.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << result.alias;
    EXPECT_FALSE(result.alias.empty());
}

TEST(Memory, IsRoundedSoThatRebootsDoNotMatter) {
    const std::map<std::string, std::string> expected{{"16200000", "16 GiB"},   {"3900000", "3584 MiB"},  {"4000000", "4 GiB"},
                                                      {"131800000", "128 GiB"}, {"394000000", "384 GiB"}, {"990000", "1 GiB"}};
    for (const auto& [kib, rounded] : expected) {
        RecordedMachine machine;
        machine.with("proc/meminfo", "MemTotal: " + kib + " kB");
        EXPECT_EQ(told(fingerprint(described("synthetic:core:1 pu:1"), {}, machine.root(), "x86_64").hard, "memory"), rounded)
            << kib;
    }
}

TEST(Cgroup, TheTightestQuotaOfBothVersionsCounts) {
    const auto quota = [](const RecordedMachine& machine) {
        return told(fingerprint(described("synthetic:core:1 pu:1"), {}, machine.root(), "x86_64").soft, "cgroup_quota");
    };
    RecordedMachine nested;
    nested.with("proc/self/cgroup", "0::/a/b")
        .with("sys/fs/cgroup/a/b/cpu.max", "400000 100000")
        .with("sys/fs/cgroup/a/cpu.max", "200000 100000");
    EXPECT_EQ(quota(nested), "2 CPUs");
    nested.with("sys/fs/cgroup/a/b/cpu.max", "100000 100000");
    EXPECT_EQ(quota(nested), "1 CPUs");
    RecordedMachine unlimited;
    unlimited.with("proc/self/cgroup", "0::/a").with("sys/fs/cgroup/a/cpu.max", "max 100000");
    EXPECT_EQ(quota(unlimited), "none");
    RecordedMachine root_group;
    root_group.with("proc/self/cgroup", "0::/").with("sys/fs/cgroup/cgroup.controllers", "cpu");
    EXPECT_EQ(quota(root_group), "none");
    RecordedMachine container;  // the path is the host's, the mount shows only our group
    container.with("proc/self/cgroup", "0::/system.slice/x").with("sys/fs/cgroup/cpu.max", "50000 100000");
    EXPECT_EQ(quota(container), "0.5 CPUs");
    RecordedMachine first_version;
    first_version.with("proc/self/cgroup", "5:cpu,cpuacct:/a\n0::/x").with("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "300000");
    first_version.with("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000");
    EXPECT_EQ(quota(first_version), "3 CPUs");
    first_version.with("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1");
    EXPECT_EQ(quota(first_version), "none");
    EXPECT_EQ(quota(RecordedMachine{}), "? no control group with CPU limits can be seen under /sys/fs/cgroup");
}

TEST(CpuList, ReadsAndWritesTheKernelsSets) {
    EXPECT_EQ(cpu_list("0-2,5"), (std::vector<unsigned>{0, 1, 2, 5}));
    EXPECT_EQ(cpu_list(""), std::vector<unsigned>{});
    EXPECT_EQ(cpu_list("1,x"), std::vector<unsigned>{1});
    EXPECT_EQ(cpu_list("0-70000"), std::vector<unsigned>{});  // a damaged file: "0-4294967295" would never end
    EXPECT_EQ(as_cpu_list({5, 2, 0, 1}), "0-2,5");
    EXPECT_EQ(as_cpu_list({}), "");
}

TEST(StableHash, IsTheKnownFunction) {
    EXPECT_EQ(hash_digits(stable_hash("")), "cbf29ce484222325");
    EXPECT_EQ(hash_digits(stable_hash("a")), "af63dc4c8601ec8c");
    EXPECT_EQ(hash_digits(stable_hash("foobar")), "85944171f73967e8");
}

}  // namespace
}  // namespace latchmark::machine
