// Each listed model, its neighbours, and CPUs that wear another one's number.
#include "harness/counters/microarchitecture.hpp"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "harness/counters/event_table.hpp"

namespace latchmark::counters {

void PrintTo(const Identification& cpu, std::ostream* out) { *out << text_of(cpu); }

namespace {

std::string table_of(const Identification& cpu) { return microarchitecture_of(cpu).table.value_or(""); }

Identification x86(Maker maker, unsigned family, unsigned model, unsigned stepping = 0) {
    return {.maker = maker, .family = family, .model = model, .stepping = stepping};
}
Identification intel(unsigned model, unsigned stepping = 0) { return x86(Maker::intel, 6, model, stepping); }
Identification arm(unsigned part) { return {.maker = Maker::arm, .part = part, .implementer = 0x41}; }

struct Case {
    Identification cpu;
    const char* table;
};
class Tables : public testing::TestWithParam<Case> {};

TEST_P(Tables, BelongToTheirModels) { EXPECT_EQ(table_of(GetParam().cpu), GetParam().table); }

INSTANTIATE_TEST_SUITE_P(Intel, Tables,
                         testing::Values(Case{intel(0x4e), "skl"}, Case{intel(0x5e), "skl"}, Case{intel(0x8e), "skl"},
                                         Case{intel(0x9e), "skl"}, Case{intel(0xa5), "skl"}, Case{intel(0xa6), "skl"},
                                         Case{intel(0x55, 0), "skx"}, Case{intel(0x55, 4), "skx"}, Case{intel(0x55, 5), "clx"},
                                         Case{intel(0x55, 7), "clx"}, Case{intel(0x55, 11), "clx"}, Case{intel(0x7d), "icl"},
                                         Case{intel(0x7e), "icl"}, Case{intel(0x8c), "icl"}, Case{intel(0x8d), "icl"},
                                         Case{intel(0xa7), "icl"}, Case{intel(0x6a), "icx"}, Case{intel(0x6c), "icx"},
                                         Case{intel(0x8f), "spr"}, Case{intel(0xcf), "emr"}, Case{intel(0xad), "gnr"},
                                         Case{intel(0xae), "gnr"}));

INSTANTIATE_TEST_SUITE_P(IntelNeighbours, Tables,
                         testing::Values(Case{intel(0x4d), ""}, Case{intel(0x4f), ""}, Case{intel(0x54), ""},
                                         Case{intel(0x56), ""}, Case{intel(0x5d), ""}, Case{intel(0x5f), ""},
                                         Case{intel(0x69), ""}, Case{intel(0x6b), ""}, Case{intel(0x6d), ""},
                                         Case{intel(0x7c), ""}, Case{intel(0x7f), ""}, Case{intel(0x8b), ""},
                                         Case{intel(0x90), ""}, Case{intel(0x9d), ""}, Case{intel(0x9f), ""},
                                         Case{intel(0xa4), ""}, Case{intel(0xa8), ""}, Case{intel(0xac), ""},
                                         Case{intel(0xaf), ""}, Case{intel(0xce), ""}, Case{intel(0xd0), ""},
                                         Case{x86(Maker::intel, 7, 0x8f), ""}, Case{x86(Maker::intel, 15, 0x55), ""}));

INSTANTIATE_TEST_SUITE_P(Amd, Tables,
                         testing::Values(Case{x86(Maker::amd, 0x17, 0x2f), ""}, Case{x86(Maker::amd, 0x17, 0x30), "zen2"},
                                         Case{x86(Maker::amd, 0x17, 0x71), "zen2"}, Case{x86(Maker::amd, 0x17, 0xa0), "zen2"},
                                         Case{x86(Maker::amd, 0x18, 0x30), ""}, Case{x86(Maker::amd, 0x19, 0x00), "zen3"},
                                         Case{x86(Maker::amd, 0x19, 0x0f), "zen3"}, Case{x86(Maker::amd, 0x19, 0x10), "zen4"},
                                         Case{x86(Maker::amd, 0x19, 0x1f), "zen4"}, Case{x86(Maker::amd, 0x19, 0x20), "zen3"},
                                         Case{x86(Maker::amd, 0x19, 0x2f), "zen3"}, Case{x86(Maker::amd, 0x19, 0x30), "zen4"},
                                         Case{x86(Maker::amd, 0x19, 0x3f), "zen4"}, Case{x86(Maker::amd, 0x19, 0x40), "zen3"},
                                         Case{x86(Maker::amd, 0x19, 0x5f), "zen3"}, Case{x86(Maker::amd, 0x19, 0x60), "zen4"},
                                         Case{x86(Maker::amd, 0x19, 0xa0), "zen4"}, Case{x86(Maker::amd, 0x1a, 0x02), "zen5"},
                                         Case{x86(Maker::amd, 0x1a, 0x44), "zen5"}, Case{x86(Maker::amd, 0x1b, 0x00), ""},
                                         Case{x86(Maker::amd, 0x16, 0x30), ""}));

INSTANTIATE_TEST_SUITE_P(Arm, Tables,
                         testing::Values(Case{arm(0xd0c), "n1"}, Case{arm(0xd49), "n2"}, Case{arm(0xd8e), "n3"},
                                         Case{arm(0xd40), "v1"}, Case{arm(0xd4f), "v2"}, Case{arm(0xd84), "v3"},
                                         Case{arm(0xd07), "a57"}, Case{arm(0xd08), "a72"}, Case{arm(0xd0b), "a76"},
                                         Case{arm(0xd03), ""}, Case{arm(0xd09), ""}, Case{arm(0xd0a), ""}, Case{arm(0xd0d), ""},
                                         Case{arm(0xd48), ""}, Case{arm(0xd4a), ""}, Case{arm(0), ""}));

// The numbers of one maker mean nothing for another.
INSTANTIATE_TEST_SUITE_P(OtherMakers, Tables,
                         testing::Values(Case{{}, ""}, Case{x86(Maker::unknown, 6, 0x8f), ""},
                                         Case{x86(Maker::unknown, 0x19, 0x11), ""}, Case{x86(Maker::amd, 6, 0x8f), ""},
                                         Case{x86(Maker::intel, 0x19, 0x11), ""},
                                         Case{{.maker = Maker::unknown, .part = 0xd0c, .implementer = 0x4e}, ""}));

TEST(Microarchitecture, OnlyNamesTablesThatExist) {
    for (unsigned model = 0; model < 0x100; ++model)
        for (const Identification& cpu : {intel(model), intel(model, 5), x86(Maker::amd, 0x17, model),
                                          x86(Maker::amd, 0x19, model), x86(Maker::amd, 0x1a, model)}) {
            const Microarchitecture found = microarchitecture_of(cpu);
            EXPECT_NE(found.table.has_value(), found.why.has_value()) << text_of(cpu);
            EXPECT_TRUE(!found.table || find_event_table(*found.table) != nullptr) << *found.table;
        }
    for (unsigned part = 0; part < 0x1000; ++part) {
        const std::string table = table_of(arm(part));
        EXPECT_TRUE(table.empty() || find_event_table(table) != nullptr) << table;
    }
}

TEST(Microarchitecture, OfACpuThatWearsAnotherOnesNumberIsUnknown) {
    Identification masked = intel(0xa7, 1);
    masked.has_amx = masked.has_avx512_fp16 = true;
    const Microarchitecture found = microarchitecture_of(masked);
    EXPECT_EQ(found.table, std::nullopt);
    EXPECT_EQ(found.why.value_or(""),
              "this CPU says it is Intel family 6 model 0xa7 stepping 1 but has AMX and AVX512-FP16, which that core lacks: a "
              "hypervisor masks it, so only the kernel's own events are counted");
    for (Identification cpu : {intel(0x55), intel(0x6a), intel(0x9e), x86(Maker::amd, 0x19, 0x11)}) {
        cpu.has_amx = true;
        EXPECT_EQ(table_of(cpu), "");
        cpu.has_amx = false;
        cpu.has_avx512_fp16 = true;
        EXPECT_EQ(table_of(cpu), "");
    }
}

// Hypervisors hide AMX more often than not.
TEST(Microarchitecture, MayLackWhatItCouldHave) {
    for (const unsigned model : {0x8fU, 0xcfU, 0xadU}) {
        Identification cpu = intel(model);
        const std::string table = table_of(cpu);
        EXPECT_NE(table, "");
        cpu.has_amx = cpu.has_avx512_fp16 = true;
        EXPECT_EQ(table_of(cpu), table);
    }
}

TEST(Microarchitecture, OfHybridPartsSaysSo) {
    for (const unsigned model : {0x97U, 0x9aU, 0xb7U, 0xbaU, 0xbfU}) {
        const Microarchitecture found = microarchitecture_of(intel(model));
        EXPECT_EQ(found.table, std::nullopt);
        EXPECT_NE(found.why.value_or("").find("whose cores are of two kinds"), std::string::npos) << model;
    }
    EXPECT_EQ(microarchitecture_of(intel(0x3f)).why.value_or(""),
              "there is no event table for Intel family 6 model 0x3f stepping 0: only the kernel's own events are counted");
    EXPECT_EQ(microarchitecture_of({}).why.value_or(""),
              "there is no event table for a CPU that does not say what it is: only the kernel's own events are counted");
}

}  // namespace
}  // namespace latchmark::counters
