// Asks a CPU who it is; one source file for each kind of processor.
#pragma once
#include "harness/counters/identification.hpp"

namespace latchmark::counters {

// Of the CPU with this OS id. libpfm4's own detection is never asked: it knows fewer cores, and finds some by mistake.
[[nodiscard]] Identification identification_of(unsigned cpu);

}  // namespace latchmark::counters
