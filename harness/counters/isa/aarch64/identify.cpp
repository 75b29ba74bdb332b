// Who this CPU says it is: the copy of MIDR_EL1 that the kernel shows for each CPU.
#include "harness/counters/identify.hpp"

#include <fstream>
#include <initializer_list>
#include <string>

namespace latchmark::counters {
namespace {

// Up to the first line end or zero byte; empty where there is no such file.
std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line.substr(0, line.find('\0'));
}

// No instruction tells, so whoever described the machine is asked.
std::string hypervisor_name() {
    for (const char* path : {"/sys/hypervisor/type", "/proc/device-tree/hypervisor/compatible"})
        if (auto name = first_line_of(path); !name.empty()) return name;
    // The only maker of machines that exist in software alone and say so here.
    const std::string vendor = first_line_of("/sys/class/dmi/id/sys_vendor");
    return vendor == "QEMU" ? vendor : std::string();
}

}  // namespace

// An emulator of single programs has no such file, or the host's own, which is no MIDR then.
Identification identification_of(unsigned cpu) {
    Identification identification = identification_of_midr(
        first_line_of("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/regs/identification/midr_el1"));
    identification.hypervisor = hypervisor_name();
    return identification;
}

}  // namespace latchmark::counters
