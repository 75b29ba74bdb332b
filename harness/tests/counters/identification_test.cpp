// Numbers of real CPUs, taken apart.
#include "harness/counters/identification.hpp"

#include <gtest/gtest.h>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {
namespace {

struct Signature {
    const char* vendor;
    std::uint32_t eax;
    const char* text;
};

class Cpuid : public testing::TestWithParam<Signature> {};

TEST_P(Cpuid, IsComposedAsTheManualsSay) {
    EXPECT_EQ(text_of(identification_of_cpuid(GetParam().vendor, GetParam().eax)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Signatures, Cpuid,
                         testing::Values(Signature{"GenuineIntel", 0x50654, "Intel family 6 model 0x55 stepping 4"},
                                         Signature{"GenuineIntel", 0x806f8, "Intel family 6 model 0x8f stepping 8"},
                                         Signature{"GenuineIntel", 0xa0671, "Intel family 6 model 0xa7 stepping 1"},
                                         // Pentium 4: the upper parts add to a family of 15.
                                         Signature{"GenuineIntel", 0xf43, "Intel family 15 model 0x4 stepping 3"},
                                         // They add to no other.
                                         Signature{"GenuineIntel", 0x1806f8, "Intel family 6 model 0x8f stepping 8"},
                                         // The upper part of the model means nothing for an old family.
                                         Signature{"GenuineIntel", 0x10543, "Intel family 5 model 0x4 stepping 3"},
                                         Signature{"AuthenticAMD", 0x830f10, "AMD family 23 model 0x31 stepping 0"},
                                         Signature{"AuthenticAMD", 0xa10f11, "AMD family 25 model 0x11 stepping 1"},
                                         Signature{"AuthenticAMD", 0xb40f40, "AMD family 26 model 0x44 stepping 0"},
                                         Signature{"HygonGenuine", 0x900f02, "x86 family 24 model 0x0 stepping 2"}));

TEST(Midr, GivesMakerAndPart) {
    const Identification n1 = identification_of_midr("0x00000000413fd0c1\n");
    EXPECT_EQ(n1.maker, Maker::arm);
    EXPECT_EQ(n1.part, 0xd0cU);
    EXPECT_EQ(text_of(n1), "Arm part 0xd0c");
    const Identification ampere = identification_of_midr("0x00000000c00fac30");
    EXPECT_EQ(ampere.maker, Maker::unknown);
    EXPECT_EQ(text_of(ampere), "implementer 0xc0 part 0xac3");
}

TEST(Midr, IsUnknownWhenItIsNoSuchNumber) {
    for (const char* text : {"", "\n", "0x", "413fd0c1", "0x413fd0c1z", "0x413fd0c1 0x413fd0c1", "0x0000000000000000",
                             "0x1413fd0c1", "0xffffffffffffffffff", "-0x413fd0c1", "0x-1"}) {
        EXPECT_EQ(identification_of_midr(text), Identification{}) << text;
        EXPECT_EQ(text_of(identification_of_midr(text)), "a CPU that does not say what it is");
    }
}

TEST(Identify, SaysTheSameOfThisMachineEachTime) { EXPECT_EQ(real_kernel().identify(0), real_kernel().identify(0)); }

}  // namespace
}  // namespace latchmark::counters
