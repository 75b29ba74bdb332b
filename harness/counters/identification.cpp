// A CPU's numbers taken apart, and put into words.
#include "harness/counters/identification.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace latchmark::counters {
namespace {

constexpr unsigned kArmLimited = 0x41;

std::string hexadecimal(unsigned number) {
    std::array<char, 2 + 8> text{'0', 'x'};
    const auto end = std::to_chars(text.data() + 2, text.data() + text.size(), number, 16).ptr;
    return {text.data(), end};
}

constexpr unsigned bits(std::uint32_t word, unsigned lowest, unsigned count) { return word >> lowest & ((1U << count) - 1); }

std::string_view name_of(Maker maker) {
    constexpr std::array<std::string_view, 4> names{"x86", "Intel", "AMD", "Arm"};
    return names[static_cast<std::size_t>(maker)];
}

}  // namespace

Identification identification_of_cpuid(std::string_view vendor, std::uint32_t signature) {
    Identification cpu;
    if (vendor == "GenuineIntel") cpu.maker = Maker::intel;
    if (vendor == "AuthenticAMD") cpu.maker = Maker::amd;
    const unsigned family = bits(signature, 8, 4);
    // The upper parts count only where the lower ones ran out: model 0x55 and not 0x5, family 0x19 and not 0xf.
    cpu.family = family == 0xf ? family + bits(signature, 20, 8) : family;
    cpu.model = bits(signature, 4, 4) | (family == 0x6 || family == 0xf ? bits(signature, 16, 4) << 4U : 0);
    cpu.stepping = bits(signature, 0, 4);
    return cpu;
}

Identification identification_of_midr(std::string_view text) {
    Identification cpu;
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (!text.starts_with("0x")) return cpu;
    text.remove_prefix(2);
    std::uint64_t midr = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), midr, 16);
    if (error != std::errc{} || end != text.data() + text.size() || midr > UINT32_MAX) return cpu;
    const auto word = static_cast<std::uint32_t>(midr);
    cpu.implementer = bits(word, 24, 8);
    cpu.part = bits(word, 4, 12);
    if (cpu.implementer == kArmLimited) cpu.maker = Maker::arm;
    return cpu;
}

std::string text_of(const Identification& cpu) {
    if (cpu.maker == Maker::arm) return "Arm part " + hexadecimal(cpu.part);
    if (cpu.implementer != 0) return "implementer " + hexadecimal(cpu.implementer) + " part " + hexadecimal(cpu.part);
    if (cpu.family == 0) return "a CPU that does not say what it is";
    return std::string(name_of(cpu.maker)) + " family " + std::to_string(cpu.family) + " model " + hexadecimal(cpu.model) +
           " stepping " + std::to_string(cpu.stepping);
}

}  // namespace latchmark::counters
