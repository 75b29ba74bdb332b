// Machines that only their sysfs describes.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {

inline constexpr std::uint32_t kCoreType = 4, kAtomType = 10;  // as Linux numbers them on Alder Lake

inline Identification alder_lake() { return {.maker = Maker::intel, .family = 6, .model = 0x97, .stepping = 2}; }
inline Identification sapphire_rapids() { return {.maker = Maker::intel, .family = 6, .model = 0x8f, .stepping = 8}; }
inline Identification arm_core(unsigned part) { return {.maker = Maker::arm, .part = part, .implementer = 0x41}; }

inline void add_pmu(ScriptedKernel& kernel, const std::string& name, std::uint32_t type, const std::string& cpus) {
    const std::string folder = "/sys/bus/event_source/devices/" + name;
    kernel.pmus->push_back(name);
    kernel.files[folder + "/type"] = std::to_string(type) + "\n";
    kernel.files[folder + "/cpus"] = cpus + "\n";
}

inline void list_events(ScriptedKernel& kernel, const std::string& pmu, const std::vector<unsigned>& events) {
    const std::string folder = "/sys/bus/event_source/devices/" + pmu + "/events";
    for (const unsigned event : events) {
        const std::string name = "event_" + std::to_string(event);
        kernel.folders[folder].push_back(name);
        char text[32];
        std::snprintf(text, sizeof text, "event=0x%04x\n", event);
        kernel.files[folder + "/" + name] = text;
    }
}

// Performance cores 0-7, efficient ones 8-11.
inline void describe_hybrid(ScriptedKernel& kernel) {
    kernel.cpu = alder_lake();
    kernel.pmus = {{"breakpoint", "software"}};
    add_pmu(kernel, "cpu_core", kCoreType, "0-7");
    add_pmu(kernel, "cpu_atom", kAtomType, "8-11");
}

// Cortex-A53 0-3, Cortex-A72 4-5.
inline void describe_big_little(ScriptedKernel& kernel) {
    kernel.cpu = arm_core(0xd03);
    kernel.other_cpus = {{4, arm_core(0xd08)}, {5, arm_core(0xd08)}};
    kernel.pmus = {{"software"}};
    add_pmu(kernel, "armv8_cortex_a53", 8, "0-3");
    add_pmu(kernel, "armv8_cortex_a72", 9, "4-5");
    list_events(kernel, "armv8_cortex_a53", {0x08, 0x11});
    list_events(kernel, "armv8_cortex_a72", {0x03, 0x08, 0x10, 0x11, 0x13});
}

}  // namespace latchmark::counters
