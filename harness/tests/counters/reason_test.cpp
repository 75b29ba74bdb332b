// The sentences: what, why, and how to get it.
#include "harness/counters/reason.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <gtest/gtest.h>
#include <string>

namespace latchmark::counters {
namespace {

ResolvedRole role_with(Status status, int error, Tier tier = Tier::generic, Scope scope = Scope::user) {
    return {.role = "cycles",
            .status = status,
            .error = error,
            .tier = tier,
            .scope = scope,
            .source = "perf::CYCLES",
            .opened_as = scope};
}

std::string why(Status status, int error, const Host& host = {}, Scope scope = Scope::user) {
    return reason(role_with(status, error, Tier::generic, scope), host);
}

Host under(const char* hypervisor) {
    Host host;
    host.cpu.hypervisor = hypervisor;
    return host;
}

Host paranoid(int level) {
    Host host;
    host.perf_event_paranoid = level;
    return host;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Setting {
    const char* hypervisor;
    const char* name;
    const char* remedy;
};
class NoPmu : public testing::TestWithParam<Setting> {};

TEST_P(NoPmu, NamesTheHypervisorAndItsSetting) {
    const std::string text = why(Status::no_pmu, 0, under(GetParam().hypervisor));
    EXPECT_TRUE(has(text, std::string("under ") + GetParam().name)) << text;
    EXPECT_TRUE(has(text, GetParam().remedy)) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Hypervisors, NoPmu,
    testing::Values(Setting{"KVMKVMKVM", "KVM", "-cpu host,pmu=on"}, Setting{"KVMKVMKVM", "KVM", "bare-metal"},
                    Setting{"linux,kvm", "KVM", "-cpu host,pmu=on"}, Setting{"QEMU", "QEMU", "pmu=on"},
                    Setting{"Microsoft Hv", "Hyper-V", "Set-VMProcessor"},
                    Setting{"VMwareVMware", "VMware", "virtualize CPU performance counters"},
                    Setting{"XenVMMXenVMM", "Xen", "vpmu=on"}, Setting{"xen", "Xen", "vpmu=on"},
                    Setting{"TCGTCGTCGTCG", "QEMU without KVM", "bare metal"},
                    Setting{"ACRNACRNACRN", "a hypervisor that calls itself \"ACRNACRNACRN\"", "virtual PMU"},
                    Setting{"unnamed", "a hypervisor that calls itself \"unnamed\"", "virtual PMU"}));

TEST(Reasons, WithoutAHypervisorAskForThePmuAllTheSame) {
    EXPECT_TRUE(has(why(Status::no_pmu, 0), "on a virtual machine ask for a virtual PMU"));
    EXPECT_TRUE(has(why(Status::no_pmu, ENOSYS, under("KVMKVMKVM")), "perf_event_open does not exist here (ENOSYS)"));
}

TEST(Reasons, OfParanoiaSayTheLevelAndTheOneCommand) {
    const std::string user = why(Status::not_permitted, EACCES, paranoid(4));
    EXPECT_EQ(user,
              "counting in user scope is not permitted (EACCES) while kernel.perf_event_paranoid is 4: run sudo sysctl "
              "kernel.perf_event_paranoid=2, or give the binary CAP_PERFMON");
    EXPECT_TRUE(has(why(Status::not_permitted, EACCES, paranoid(2), Scope::kernel),
                    "is 2: run sudo sysctl kernel.perf_event_paranoid=1"));
    // The level allows it, so lowering it would not help.
    EXPECT_TRUE(has(why(Status::not_permitted, EACCES, paranoid(1), Scope::kernel), "a security module refuses it"));
    EXPECT_FALSE(has(why(Status::not_permitted, EACCES, paranoid(1), Scope::kernel), "sysctl"));
    EXPECT_TRUE(has(why(Status::not_permitted, EACCES), "sysctl kernel.perf_event_paranoid=2"));
}

TEST(Reasons, OfContainersNameTheFlag) {
    EXPECT_TRUE(has(why(Status::not_permitted, EPERM, paranoid(2)), "--cap-add PERFMON"));
    EXPECT_TRUE(has(why(Status::not_permitted, EPERM, paranoid(2)), "seccomp"));
}

TEST(Reasons, OfMissingResourcesSayWhatToClose) {
    EXPECT_TRUE(has(why(Status::open_failed, EMFILE), "ulimit -n"));
    EXPECT_TRUE(has(why(Status::open_failed, EBUSY), "close other profilers"));
    EXPECT_TRUE(has(why(Status::group_full, EINVAL), "kernel.nmi_watchdog=0"));
    EXPECT_TRUE(has(why(Status::never_scheduled, 0), "kernel.nmi_watchdog=0"));
}

TEST(Reasons, OfRefusedEventsNameTheHypervisorOnlyForHardware) {
    EXPECT_EQ(why(Status::not_supported, ENOENT),
              "the kernel does not offer perf::CYCLES on this machine: No such file or directory (errno 2)");
    EXPECT_TRUE(has(why(Status::not_supported, ENOENT, under("KVMKVMKVM")), "KVM passes on only a part of the events"));
    EXPECT_FALSE(has(reason(role_with(Status::not_supported, EINVAL, Tier::rusage), under("KVMKVMKVM")), "KVM"));
}

TEST(Reasons, AreOneSentenceForEachStatusWithoutAValue) {
    constexpr std::array kErrors{0,      EACCES, EBADMSG, EBUSY,  EINVAL, EMFILE, ENODATA,
                                 ENODEV, ENOENT, ENOMEM,  ENOSYS, EPERM,  ERANGE, EXDEV};
    for (int status = 0; status <= static_cast<int>(Status::no_pmu); ++status)
        for (const int error : kErrors) {
            const std::string text = why(static_cast<Status>(status), error);
            EXPECT_EQ(text.empty(), has_value(static_cast<Status>(status))) << status << ' ' << error;
            EXPECT_EQ(text.find('\n'), std::string::npos);
            EXPECT_FALSE(text.ends_with('.')) << text;
        }
}

TEST(Reasons, OfWorkersAreThoseOfTheMachineWhereNoWorkerTried) {
    ResolvedRole role = role_with(Status::no_pmu, 0);
    role.why = "known before";
    EXPECT_EQ(reason(role, RoleCount{0, 0, 0, Status::no_pmu, 0, 0}), "known before");
    EXPECT_TRUE(has(reason(role, RoleCount{0, 0, 0, Status::open_failed, EMFILE, 0}), "ulimit -n"));
    EXPECT_EQ(reason(role, RoleCount{1, 0, 0, Status::counted, 0, 0}), "");
}

}  // namespace
}  // namespace latchmark::counters
