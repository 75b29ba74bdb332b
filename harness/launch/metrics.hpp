// The named quantities that a launch yields, and what each means.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/measure/measurement.hpp"
#include "harness/measure/pairs.hpp"
#include "latchmark/experiment.hpp"

namespace latchmark::launch {

struct MetricDefinition {
    std::string name;
    std::string unit;
    std::string direction;  // lower, higher or none: which way is better
    std::string shape;      // scalar, vector, matrix or histogram
    std::string meaning;
};

// Every metric that some point of the experiment may have, in reading order.
[[nodiscard]] std::vector<MetricDefinition> metrics_of(const Experiment& experiment);

// The metrics of one launch as the run file has them: each a value or a reason.
[[nodiscard]] nlohmann::json metrics_json(const measure::TeamPlan& plan, const measure::Measurement& measurement,
                                          const Variant& variant);

// Those of a launch that visited pairs of CPUs; pairs outside, pages inside.
[[nodiscard]] nlohmann::json pair_metrics_json(const std::vector<std::vector<measure::Measurement>>& pairs);

}  // namespace latchmark::launch
