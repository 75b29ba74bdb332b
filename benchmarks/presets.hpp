// How much of the catalogue each preset measures.
#pragma once
#include <vector>

#include "latchmark/preset.hpp"

namespace benchmarks {

[[nodiscard]] std::vector<latchmark::Preset> presets();

}  // namespace benchmarks
