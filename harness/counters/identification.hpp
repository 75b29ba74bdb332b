// How a CPU names itself, before anybody knows what that means.
#pragma once
#include <cstdint>
#include <string>

namespace latchmark::counters {

enum class Maker : std::uint8_t { unknown, intel, amd, arm };

// Of x86 family, model and stepping as CPUID composes them, of Arm the part number of MIDR_EL1; what the other has stays 0.
struct Identification {
    Maker maker = Maker::unknown;
    unsigned family = 0, model = 0, stepping = 0;
    unsigned part = 0;
    // What no core before Sapphire Rapids has, be its number what it may: hypervisors let a CPU wear another one's number.
    bool has_amx = false, has_avx512_fp16 = false;
    std::string hypervisor{};  // its twelve letters in CPUID; empty on bare metal, and where nobody says
    friend bool operator==(const Identification&, const Identification&) = default;
};

}  // namespace latchmark::counters
