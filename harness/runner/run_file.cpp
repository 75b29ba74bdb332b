// Assembles the run file.
#include "harness/runner/run_file.hpp"

#include <nlohmann/json.hpp>
#include <tuple>

#include "harness/counters/role.hpp"
#include "harness/launch/control_answer.hpp"
#include "harness/runner/facts.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

using nlohmann::json;

json run_json(const Record& record, const Ending& ending) {
    const auto& [beginning, plan] = std::tie(record.beginning, record.plan);
    json sides = json::array();
    for (const auto& side : beginning.sides) sides.push_back({{"name", side.name}, {"build_id", side.build_id}});
    return {{"id", beginning.id},
            {"started_utc", beginning.started_utc},
            {"ended_utc", ending.ended_utc},
            {"preset", plan.preset},
            {"seed", std::to_string(plan.seed)},
            {"rounds", plan.rounds},
            {"windows", plan.windows},
            {"window_ns", plan.window_ns},
            {"warm_up_ns", plan.warm_up_ns},
            {"oversubscribed_window_ns", plan.oversubscribed_window_ns},
            {"command", beginning.command},
            {"complete", !ending.incomplete_reason.has_value()},
            {"incomplete_reason", ending.incomplete_reason ? json(*ending.incomplete_reason) : json(nullptr)},
            {"duration_s", ending.duration_s},
            {"expected_s", beginning.expected_s},
            {"resumed", record.resumed},
            {"minimum_points", or_null(plan.minimum_points)},
            {"disturbance", json_of(record.disturbance)},
            {"sides", std::move(sides)}};
}

json machine_json(const Record& record) {
    auto machine = json::parse(record.beginning.machine);
    const ClockFacts& clock = record.plan.clock.value();
    machine["clock"] = {{"name", "CLOCK_MONOTONIC"},
                        {"resolution_ns", clock.resolution_ns},
                        {"read_ns", clock.read_ns},
                        {"chain_step_ns", clock.chain_step_ns}};
    return machine;
}

// A role that opened before the control, and then did not react in it, has no reading in any launch.
void take_failure(const control::RoleControl& answer, json& roles) {
    for (auto& role : roles) {
        if (role["role"] != answer.role) continue;
        role["status"] = counters::name_of(counters::Status::unresponsive);
        role["why"] = answer.why;
    }
}

json counters_json(const Record& record) {
    auto counters = json::parse(record.beginning.counters);
    if (!record.control) return counters;
    counters["control"] = launch::control_json(*record.control);
    for (const auto& answer : *record.control)
        if (answer.result == control::Result::failed) take_failure(answer, counters["roles"]);
    return counters;
}

// What only launches need stays in the plan.
json point_json(const Point& point) {
    auto members = to_json(point);
    for (const char* name :
         {"node", "pages", "never_threaded", "windows", "window_ns", "warm_up_ns", "operation_ns", "beyond_ns"})
        members.erase(name);
    return members;
}

// A line each: a run of a thousand launches can then be read with grep and head as well.
template <typename Records>
std::string list_text(const Records& records) {
    std::string text = "[";
    const char* separator = "\n";
    for (const auto& record : records) {
        text.append(separator).append(record.text);
        separator = ",\n";
    }
    return text + "\n]";
}

std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string run_file_text(const Record& record, const Ending& ending) {
    json experiments = json::array();
    for (const auto& experiment : record.plan.experiments) experiments.push_back(to_json(experiment));
    json points = json::array();
    for (const auto& point : record.plan.points) points.push_back(point_json(point));
    std::string text = R"({"schema":"latchmark.run/1","run":)" + text_of(run_json(record, ending));
    text += ",\"suite\":" + record.beginning.suite;
    text += ",\"machine\":" + text_of(machine_json(record));
    text += ",\"counters\":" + text_of(counters_json(record));
    text += ",\"experiments\":" + text_of(experiments);
    text += ",\"points\":" + text_of(points);
    text += ",\"rounds\":" + list_text(record.rounds);
    text += ",\"launches\":" + list_text(record.launches);
    return text += "}\n";
}

}  // namespace latchmark::runner
