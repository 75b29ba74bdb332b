// What a launch says of what it measured: metrics, windows, readings, disturbance, cautions and cost.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/launch/point.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/pairs.hpp"

namespace latchmark::launch {

[[nodiscard]] nlohmann::json cost_json(const measure::Measurement& measurement);

[[nodiscard]] nlohmann::json measurement_answer(const PointToMeasure& point, const measure::Measurement& measurement);

// Of a launch that visits pairs, for which it took `wall_ns`: a pair has the entry that another launch gives to a window, so that
// the row of a large map stays small.
[[nodiscard]] nlohmann::json pairs_answer(const measure::PairsPlan& plan,
                                          const std::vector<std::vector<measure::Measurement>>& pairs, std::uint64_t wall_ns);

}  // namespace latchmark::launch
