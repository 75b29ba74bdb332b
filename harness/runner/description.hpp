// What a run file says about an experiment: its description without the code.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/launch/metrics.hpp"
#include "latchmark/experiment.hpp"

namespace latchmark::runner {

struct VariantDescription {
    std::string name{}, summary{};
    std::string baseline{};  // empty: that of the experiment
    std::vector<std::string> parts{};
};

struct Description {
    std::string name{};
    unsigned version = 1;
    std::string question{}, mechanism{}, operation{}, baseline{};
    std::string latency{};  // part of what is asked; files have it in the meaning of the metric
    std::vector<VariantDescription> variants{};
    std::vector<Axis> axes{};  // what concerns planning alone (the taste) stays out of files
    bool baseline_is_floor = false;
    bool scales = true;
    std::vector<launch::MetricDefinition> metrics{};
    std::vector<std::string> ties_at_one_worker{};
    std::vector<RoleGroup> roles{};
    bool negative_control = false;
};

// Throws std::invalid_argument with the experiment's name when the description contradicts itself: it must not reach a
// measurement.
[[nodiscard]] Description description_of(const Experiment& experiment);

// As in `experiments` of the run file.
[[nodiscard]] nlohmann::json to_json(const Description& description);

// Throws UsageError.
[[nodiscard]] Description description_from(const nlohmann::json& json);

}  // namespace latchmark::runner
