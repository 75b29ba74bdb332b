// From the words of a request to the variant, team and setting that it means.
#pragma once
#include "harness/launch/protocol.hpp"
#include "harness/measure/team.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::launch {

struct PointToMeasure {
    const Variant* variant = nullptr;  // in the catalogue
    measure::TeamPlan plan{};
    Setting setting{};        // without memory
    bool is_one_way = false;  // its time is that of the way between two workers
};

// Throws std::invalid_argument naming what the catalogue does not have or the variant cannot do.
[[nodiscard]] PointToMeasure point_of(const Request& request, const Catalogue& catalogue, bool never_threaded);

}  // namespace latchmark::launch
