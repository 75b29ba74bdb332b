// What a run file says about an experiment.
#include "harness/runner/description.hpp"

#include <nlohmann/json.hpp>

#include "harness/runner/description_check.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

Description description_of(const Experiment& experiment) {
    check(experiment);
    Description description{.name = experiment.name,
                            .version = experiment.version,
                            .question = experiment.question,
                            .mechanism = experiment.mechanism,
                            .operation = experiment.operation,
                            .baseline = experiment.baseline,
                            .latency = experiment.latency,
                            .variants = {},
                            .axes = experiment.axes,
                            .baseline_is_floor = experiment.baseline_is_floor,
                            .scales = !experiment.lockstep && !experiment.grows_with_team,
                            .metrics = launch::metrics_of(experiment),
                            .ties_at_one_worker = experiment.ties_at_one_worker,
                            .roles = experiment.roles,
                            .negative_control = experiment.negative_control};
    for (const auto& variant : experiment.variants)
        description.variants.push_back({variant.name, variant.summary, variant.options.baseline, variant.parts.names});
    return description;
}

nlohmann::json to_json(const Description& description) {
    nlohmann::json json{{"name", description.name},
                        {"version", description.version},
                        {"question", description.question},
                        {"mechanism", description.mechanism},
                        {"operation", description.operation},
                        {"baseline", description.baseline},
                        {"variants", nlohmann::json::array()},
                        {"axes", nlohmann::json::array()},
                        {"metrics", nlohmann::json::array()},
                        {"baseline_is_floor", description.baseline_is_floor},
                        {"scales", description.scales},
                        {"ties_at_one_worker", description.ties_at_one_worker},
                        {"roles", description.roles},
                        {"negative_control", description.negative_control}};
    for (const auto& variant : description.variants)
        json["variants"].push_back(
            {{"name", variant.name},
             {"summary", variant.summary},
             {"baseline", variant.baseline.empty() ? nlohmann::json(nullptr) : nlohmann::json(variant.baseline)},
             {"parts", variant.parts}});
    for (const auto& axis : description.axes)
        json["axes"].push_back({{"name", axis.name},
                                {"unit", axis.unit},
                                {"values", axis.values},
                                {"middle", axis.middle},
                                {"variants", axis.variants}});
    for (const auto& metric : description.metrics)
        json["metrics"].push_back({{"name", metric.name},
                                   {"unit", metric.unit},
                                   {"direction", metric.direction},
                                   {"shape", metric.shape},
                                   {"meaning", metric.meaning}});
    return json;
}

Description description_from(const nlohmann::json& json) {
    using Words = std::vector<std::string>;
    Description description{.name = member<std::string>(json, "name"),
                            .version = member<unsigned>(json, "version"),
                            .question = member<std::string>(json, "question"),
                            .mechanism = member<std::string>(json, "mechanism"),
                            .operation = member<std::string>(json, "operation"),
                            .baseline = member<std::string>(json, "baseline"),
                            .variants = {},
                            .axes = {},
                            .baseline_is_floor = optional_member<bool>(json, "baseline_is_floor").value_or(false),
                            .scales = optional_member<bool>(json, "scales").value_or(true),
                            .metrics = {},
                            .ties_at_one_worker = member<std::vector<std::string>>(json, "ties_at_one_worker"),
                            .roles = member<std::vector<RoleGroup>>(json, "roles"),
                            .negative_control = optional_member<bool>(json, "negative_control").value_or(false)};
    for (const auto& variant : member<nlohmann::json::array_t>(json, "variants"))
        description.variants.push_back({.name = member<std::string>(variant, "name"),
                                        .summary = member<std::string>(variant, "summary"),
                                        .baseline = optional_member<std::string>(variant, "baseline").value_or(""),
                                        .parts = optional_member<Words>(variant, "parts").value_or(Words{})});
    for (const auto& axis : member<nlohmann::json::array_t>(json, "axes"))
        description.axes.push_back({.name = member<std::string>(axis, "name"),
                                    .unit = member<std::string>(axis, "unit"),
                                    .values = member<std::vector<double>>(axis, "values"),
                                    .middle = member<double>(axis, "middle"),
                                    .variants = optional_member<Words>(axis, "variants").value_or(Words{})});
    for (const auto& metric : member<nlohmann::json::array_t>(json, "metrics"))
        description.metrics.push_back({.name = member<std::string>(metric, "name"),
                                       .unit = member<std::string>(metric, "unit"),
                                       .direction = member<std::string>(metric, "direction"),
                                       .shape = member<std::string>(metric, "shape"),
                                       .meaning = member<std::string>(metric, "meaning")});
    return description;
}

}  // namespace latchmark::runner
