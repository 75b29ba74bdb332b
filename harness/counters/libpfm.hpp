// The one window to libpfm4: names in, plain integers out.
#pragma once
#include <optional>
#include <string>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// The numbers of an event by libpfm4's name ("perf::CYCLES", "spr::EVENT:MASK"); none when the library does not know it.
// Writes the process's environment at its first call: no other thread may use getenv meanwhile.
[[nodiscard]] std::optional<Encoding> encoding_of(const std::string& event);

// File name of the loaded library, with its version; none when that cannot be found out.
[[nodiscard]] std::optional<std::string> libpfm_file();

}  // namespace latchmark::counters
