// Ranges of models and numbers of parts.
#include "harness/counters/microarchitecture.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace latchmark::counters {
namespace {

constexpr unsigned kAny = ~0U;

struct X86Row {
    std::string_view table;
    unsigned family, first_model, last_model;
    unsigned first_stepping = 0, last_stepping = kAny;
};

constexpr std::array kIntel{
    X86Row{"skl", 6, 0x4e, 0x4e},    X86Row{"skl", 6, 0x5e, 0x5e}, X86Row{"skl", 6, 0x8e, 0x8e},
    X86Row{"skl", 6, 0x9e, 0x9e},    X86Row{"skl", 6, 0xa5, 0xa6}, X86Row{"skx", 6, 0x55, 0x55, 0, 4},
    X86Row{"clx", 6, 0x55, 0x55, 5}, X86Row{"icl", 6, 0x7d, 0x7e}, X86Row{"icl", 6, 0x8c, 0x8d},
    X86Row{"icl", 6, 0xa7, 0xa7},    X86Row{"icx", 6, 0x6a, 0x6a}, X86Row{"icx", 6, 0x6c, 0x6c},
    X86Row{"spr", 6, 0x8f, 0x8f},    X86Row{"emr", 6, 0xcf, 0xcf}, X86Row{"gnr", 6, 0xad, 0xae},
};

// The first row that fits: what is left of family 0x19 beside Zen 3 is Zen 4.
constexpr std::array kAmd{
    X86Row{"zen2", 0x17, 0x30, kAny}, X86Row{"zen3", 0x19, 0x00, 0x0f}, X86Row{"zen3", 0x19, 0x20, 0x2f},
    X86Row{"zen3", 0x19, 0x40, 0x5f}, X86Row{"zen4", 0x19, 0x00, kAny}, X86Row{"zen5", 0x1a, 0x00, kAny},
};

struct ArmRow {
    std::string_view table;
    unsigned part;
};

constexpr std::array kArm{
    ArmRow{"n1", 0xd0c}, ArmRow{"n2", 0xd49},  ArmRow{"n3", 0xd8e},  ArmRow{"v1", 0xd40},  ArmRow{"v2", 0xd4f},
    ArmRow{"v3", 0xd84}, ArmRow{"a57", 0xd07}, ArmRow{"a72", 0xd08}, ArmRow{"a76", 0xd0b},
};

// Cores of two kinds under one model: one table would be wrong for half of them.
struct Hybrid {
    unsigned model;
    std::string_view name;
};
constexpr std::array kHybrids{
    Hybrid{0x97, "Alder Lake"},  Hybrid{0x9a, "Alder Lake"},  Hybrid{0xb7, "Raptor Lake"},
    Hybrid{0xba, "Raptor Lake"}, Hybrid{0xbf, "Raptor Lake"},
};

// The only tables whose cores have AMX tiles and half-precision AVX-512.
constexpr std::array<std::string_view, 3> kWithAmx{"spr", "emr", "gnr"};

template <typename Rows>
std::string_view x86_table(const Rows& rows, const Identification& cpu) {
    const auto found = std::ranges::find_if(rows, [&](const X86Row& row) {
        return row.family == cpu.family && row.first_model <= cpu.model && cpu.model <= row.last_model &&
               row.first_stepping <= cpu.stepping && cpu.stepping <= row.last_stepping;
    });
    return found == rows.end() ? std::string_view() : found->table;
}

std::string_view arm_table(unsigned part) {
    const auto found = std::ranges::find(kArm, part, &ArmRow::part);
    return found == kArm.end() ? std::string_view() : found->table;
}

std::string_view table_of_numbers(const Identification& cpu) {
    switch (cpu.maker) {
        case Maker::intel:
            return x86_table(kIntel, cpu);
        case Maker::amd:
            return x86_table(kAmd, cpu);
        case Maker::arm:
            return arm_table(cpu.part);
        case Maker::unknown:
            break;
    }
    return {};
}

// What the CPU has and a core of this table lacks; empty when all fits. The other way round is no contradiction: a
// hypervisor may well hide AMX.
std::string extra_features(std::string_view table, const Identification& cpu) {
    if (std::ranges::find(kWithAmx, table) != kWithAmx.end()) return {};
    if (cpu.has_amx && cpu.has_avx512_fp16) return "AMX and AVX512-FP16";
    if (cpu.has_amx) return "AMX";
    return cpu.has_avx512_fp16 ? "AVX512-FP16" : "";
}

std::string why_unknown(const Identification& cpu) {
    std::string why = "there is no event table for " + text_of(cpu);
    const auto hybrid = std::ranges::find(kHybrids, cpu.model, &Hybrid::model);
    if (cpu.maker == Maker::intel && cpu.family == 6 && hybrid != kHybrids.end())
        why += " (" + std::string(hybrid->name) + ", whose cores are of two kinds)";
    return why + ": only the kernel's own events are counted";
}

}  // namespace

Microarchitecture microarchitecture_of(const Identification& cpu) {
    const std::string_view table = table_of_numbers(cpu);
    if (table.empty()) return {.table = std::nullopt, .why = why_unknown(cpu)};
    const std::string extra = extra_features(table, cpu);
    if (extra.empty()) return {.table = std::string(table), .why = std::nullopt};
    return {.table = std::nullopt,
            .why = "this CPU says it is " + text_of(cpu) + " but has " + extra +
                   ", which that core lacks: a hypervisor masks it, so only the kernel's own events are counted"};
}

}  // namespace latchmark::counters
