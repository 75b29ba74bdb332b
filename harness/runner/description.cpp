// What a run file says about an experiment.
#include "harness/runner/description.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

void check(const Experiment& experiment) {
    const auto refuse = [&](const std::string& why) {
        throw std::invalid_argument("experiment " + experiment.name + ": " + why);
    };
    if (std::count(experiment.name.begin(), experiment.name.end(), '/') != 1 || experiment.name.front() == '/' ||
        experiment.name.back() == '/')
        refuse("the name must be family/experiment");
    std::set<std::string> variants;
    for (const auto& variant : experiment.variants) {
        if (!variants.insert(variant.name).second) refuse("two variants are named " + variant.name);
        if (!variant.options.teams.empty() && variant.options.teams_reason.empty())
            refuse("variant " + variant.name + " leaves teams out and gives no reason");
    }
    if (!variants.contains(experiment.baseline)) refuse("the baseline " + experiment.baseline + " is no variant");
    for (const auto& name : experiment.ties_at_one_worker)
        if (!variants.contains(name)) refuse("ties_at_one_worker names " + name + ", which is no variant");
    for (const auto& axis : experiment.axes)
        if (std::find(axis.values.begin(), axis.values.end(), axis.middle) == axis.values.end())
            refuse("the middle of axis " + axis.name + " is none of its values");
    if (experiment.teams.empty() || experiment.purposes.empty()) refuse("it has no team or no purpose");
}

}  // namespace

Description description_of(const Experiment& experiment) {
    check(experiment);
    Description description{.name = experiment.name,
                            .version = experiment.version,
                            .question = experiment.question,
                            .mechanism = experiment.mechanism,
                            .operation = experiment.operation,
                            .baseline = experiment.baseline,
                            .variants = {},
                            .axes = experiment.axes,
                            .metrics = launch::metrics_of(experiment),
                            .ties_at_one_worker = experiment.ties_at_one_worker,
                            .roles = experiment.roles};
    for (const auto& variant : experiment.variants) description.variants.push_back({variant.name, variant.summary});
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
                        {"ties_at_one_worker", description.ties_at_one_worker},
                        {"roles", description.roles}};
    for (const auto& variant : description.variants)
        json["variants"].push_back({{"name", variant.name}, {"summary", variant.summary}});
    for (const auto& axis : description.axes)
        json["axes"].push_back({{"name", axis.name}, {"unit", axis.unit}, {"values", axis.values}, {"middle", axis.middle}});
    for (const auto& metric : description.metrics)
        json["metrics"].push_back({{"name", metric.name},
                                   {"unit", metric.unit},
                                   {"direction", metric.direction},
                                   {"shape", metric.shape},
                                   {"meaning", metric.meaning}});
    return json;
}

Description description_from(const nlohmann::json& json) {
    Description description{.name = member<std::string>(json, "name"),
                            .version = member<unsigned>(json, "version"),
                            .question = member<std::string>(json, "question"),
                            .mechanism = member<std::string>(json, "mechanism"),
                            .operation = member<std::string>(json, "operation"),
                            .baseline = member<std::string>(json, "baseline"),
                            .variants = {},
                            .axes = {},
                            .metrics = {},
                            .ties_at_one_worker = member<std::vector<std::string>>(json, "ties_at_one_worker"),
                            .roles = member<std::vector<RoleGroup>>(json, "roles")};
    for (const auto& variant : member<nlohmann::json::array_t>(json, "variants"))
        description.variants.push_back({member<std::string>(variant, "name"), member<std::string>(variant, "summary")});
    for (const auto& axis : member<nlohmann::json::array_t>(json, "axes"))
        description.axes.push_back({.name = member<std::string>(axis, "name"),
                                    .unit = member<std::string>(axis, "unit"),
                                    .values = member<std::vector<double>>(axis, "values"),
                                    .middle = member<double>(axis, "middle")});
    for (const auto& metric : member<nlohmann::json::array_t>(json, "metrics"))
        description.metrics.push_back({.name = member<std::string>(metric, "name"),
                                       .unit = member<std::string>(metric, "unit"),
                                       .direction = member<std::string>(metric, "direction"),
                                       .shape = member<std::string>(metric, "shape"),
                                       .meaning = member<std::string>(metric, "meaning")});
    return description;
}

}  // namespace latchmark::runner
