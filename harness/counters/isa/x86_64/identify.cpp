// Who this CPU says it is: CPUID.
#include "harness/counters/identify.hpp"

#include <array>
#include <cpuid.h>
#include <cstdint>
#include <cstring>
#include <string>

namespace latchmark::counters {
namespace {

struct Registers {
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// All zero where the CPU has no such leaf: asking it nevertheless would answer with another one.
Registers cpuid(std::uint32_t leaf) {
    Registers registers;
    __get_cpuid_count(leaf, 0, &registers.eax, &registers.ebx, &registers.ecx, &registers.edx);
    return registers;
}

bool bit(std::uint32_t word, unsigned index) { return (word >> index & 1U) != 0; }

std::string letters(std::uint32_t first, std::uint32_t second, std::uint32_t third) {
    const std::array<std::uint32_t, 3> words{first, second, third};
    std::array<char, sizeof words + 1> text{};
    std::memcpy(text.data(), words.data(), sizeof words);
    return text.data();  // some are shorter and end with zeros
}

// Hypervisors answer leaves of their own, which no count of leaves includes.
std::string hypervisor_letters() {
    constexpr std::uint32_t kHypervisorLeaf = 0x4000'0000;
    Registers registers;
    __cpuid(kHypervisorLeaf, registers.eax, registers.ebx, registers.ecx, registers.edx);
    const std::string name = letters(registers.ebx, registers.ecx, registers.edx);
    return name.empty() ? "unnamed" : name;
}

Identification ask() {
    const Registers vendor = cpuid(0), signature = cpuid(1), features = cpuid(7);
    Identification cpu = identification_of_cpuid(letters(vendor.ebx, vendor.edx, vendor.ecx), signature.eax);
    cpu.has_amx = bit(features.edx, 24);
    cpu.has_avx512_fp16 = bit(features.edx, 23);
    if (bit(signature.ecx, 31)) cpu.hypervisor = hypervisor_letters();
    return cpu;
}

}  // namespace

// The number of the CPU does not matter: the cores of a hybrid machine share family, model and features. What tells them apart
// is the PMU that the kernel lists for each. Asked once, since a hypervisor takes microseconds for each leaf.
Identification identification_of(unsigned /*cpu*/) {
    static const Identification cpu = ask();
    return cpu;
}

}  // namespace latchmark::counters
