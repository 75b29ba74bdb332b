// Signatures of hypervisors, as they stand in CPUID, in sysfs and in device trees.
#include "harness/counters/hypervisor.hpp"

#include <algorithm>
#include <array>

namespace latchmark::counters {
namespace {

constexpr std::string_view kKvm =
    "start it with a virtual PMU (QEMU: -cpu host,pmu=on; libvirt: <pmu state='on'/>), or take a bare-metal instance";
constexpr std::string_view kXen = "boot Xen with vpmu=on, or take a bare-metal instance";

struct Row {
    std::string_view signature, name, remedy;
};

constexpr std::array kRows{
    Row{"KVMKVMKVM", "KVM", kKvm},
    Row{"linux,kvm", "KVM", kKvm},
    Row{"Linux KVM Hv", "KVM", kKvm},
    Row{"QEMU", "QEMU", kKvm},
    Row{"TCGTCGTCGTCG", "QEMU without KVM", "measure under KVM or on bare metal, as this emulator has no counters"},
    Row{"Microsoft Hv", "Hyper-V", "turn them on with Set-VMProcessor NAME -Perfmon @(\"pmu\"), or take a bare-metal instance"},
    Row{"VMwareVMware", "VMware", "turn on \"virtualize CPU performance counters\" (vpmc.enable = TRUE) in its settings"},
    Row{"XenVMMXenVMM", "Xen", kXen},
    Row{"xen", "Xen", kXen},
    Row{"xen,xen", "Xen", kXen},
    Row{"VBoxVBoxVBox", "VirtualBox", "measure elsewhere, as it has no virtual PMU"},
    Row{"bhyve bhyve ", "bhyve", "measure elsewhere, as it has no virtual PMU"},
};

}  // namespace

std::optional<Hypervisor> hypervisor_of(std::string_view signature) {
    if (signature.empty()) return std::nullopt;
    const auto found = std::ranges::find(kRows, signature, &Row::signature);
    if (found != kRows.end()) return Hypervisor{std::string(found->name), found->remedy};
    return Hypervisor{"a hypervisor that calls itself \"" + std::string(signature) + "\"",
                      "ask its owner for a virtual PMU, or measure on bare metal"};
}

}  // namespace latchmark::counters
