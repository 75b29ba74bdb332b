// How a CPU names itself, before anybody knows what that means.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace latchmark::counters {

enum class Maker : std::uint8_t { unknown, intel, amd, arm };

// Of x86 family, model and stepping as CPUID composes them, of Arm the fields of MIDR_EL1; what the other has stays 0.
struct Identification {
    Maker maker = Maker::unknown;
    unsigned family = 0, model = 0, stepping = 0;
    unsigned part = 0;
    // What no core before Sapphire Rapids has, be its number what it may: hypervisors let a CPU wear another one's number.
    bool has_amx = false, has_avx512_fp16 = false;
    std::string hypervisor{};  // its twelve letters in CPUID; empty on bare metal, and where nobody says
    unsigned implementer = 0;  // who made an Arm core: 0x41 is Arm itself

    [[nodiscard]] bool is_arm() const { return maker == Maker::arm || implementer != 0; }
    friend bool operator==(const Identification&, const Identification&) = default;
};

// From the twelve letters of leaf 0 and from EAX of leaf 1, both of CPUID.
[[nodiscard]] Identification identification_of_cpuid(std::string_view vendor, std::uint32_t signature);

// From the text of a file midr_el1 ("0x00000000413fd0c1"). What is no such number, whole, is an unknown CPU.
[[nodiscard]] Identification identification_of_midr(std::string_view text);

// "Intel family 6 model 0x8f stepping 8", "Arm part 0xd0c", "a CPU that does not say what it is".
[[nodiscard]] std::string text_of(const Identification& cpu);

}  // namespace latchmark::counters
