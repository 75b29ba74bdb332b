// Which event table belongs to a CPU.
#pragma once
#include <optional>
#include <string>

#include "harness/counters/identification.hpp"

namespace latchmark::counters {

struct Microarchitecture {
    std::optional<std::string> table;  // id of an event table
    std::optional<std::string> why;    // exactly without a table: why, as a sentence
};

// Pure, and our own: libpfm4 calls Zen 4 only what is model 0x11 of its family, does not know the latest cores, and its
// `is_present` believes a CPU that wears another one's number. Models as in the kernel's
// tools/perf/pmu-events/arch/x86/mapfile.csv, parts as in its arch/arm64/include/asm/cputype.h.
[[nodiscard]] Microarchitecture microarchitecture_of(const Identification& cpu);

}  // namespace latchmark::counters
