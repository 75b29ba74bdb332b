// Answers of the control to and from JSON.
#include "harness/launch/control_answer.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace latchmark::launch {

namespace {

using control::Result;
using nlohmann::json;

template <typename Value>
json or_null(const std::optional<Value>& value) {
    return value ? json(*value) : json(nullptr);
}

template <typename Value>
std::optional<Value> optional_in(const json& object, const char* name) {
    const json& value = object.at(name);
    return value.is_null() ? std::nullopt : std::optional(value.get<Value>());
}

Result result_in(const json& object) {
    const auto word = object.at("result").get<std::string>();
    for (const Result result : {Result::passed, Result::failed, Result::not_run})
        if (name_of(result) == word) return result;
    throw std::invalid_argument("control: result '" + word + "' is not known");
}

}  // namespace

json control_json(const std::vector<control::RoleControl>& answers) {
    json list = json::array();
    for (const auto& answer : answers)
        list.push_back({{"role", answer.role},
                        {"stimulus", answer.stimulus},
                        {"cpus", answer.cpus},
                        {"result", control::name_of(answer.result)},
                        {"why", answer.why.empty() ? json(nullptr) : json(answer.why)},
                        {"counted", or_null(answer.counted)},
                        {"idle", or_null(answer.idle)},
                        {"times", or_null(answer.times)}});
    return list;
}

std::vector<control::RoleControl> control_from(const json& answers) {
    if (!answers.is_array()) throw std::invalid_argument("control: it is no list");
    std::vector<control::RoleControl> list;
    try {
        for (const auto& answer : answers)
            list.push_back({.role = answer.at("role").get<std::string>(),
                            .stimulus = answer.at("stimulus").get<std::string>(),
                            .cpus = answer.at("cpus").get<std::vector<unsigned>>(),
                            .result = result_in(answer),
                            .why = optional_in<std::string>(answer, "why").value_or(""),
                            .counted = optional_in<double>(answer, "counted"),
                            .idle = optional_in<double>(answer, "idle"),
                            .times = optional_in<std::uint64_t>(answer, "times")});
    } catch (const json::exception& problem) {
        throw std::invalid_argument(std::string("control: ") + problem.what());
    }
    return list;
}

}  // namespace latchmark::launch
