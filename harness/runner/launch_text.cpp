// One launch as the run file has it.
#include "harness/runner/launch_text.hpp"

#include <nlohmann/json.hpp>

#include "harness/counters/role.hpp"
#include "harness/runner/facts.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

using nlohmann::json;

json object_in(const json& answer, const std::string& name) { return member<json::object_t>(answer, name); }

json cost_json(const json& answer, std::uint64_t wall_ns) {
    auto cost = object_in(answer, "cost");
    const auto wall = static_cast<double>(wall_ns);
    cost["wall_ns"] = wall;
    cost["overhead_ns"] =
        wall - member<double>(cost, "set_up_ns") - member<double>(cost, "warm_up_ns") - member<double>(cost, "windows_ns");
    return cost;
}

json own_readings(json readings, const RoleStatuses& listed) {
    std::erase_if(readings.get_ref<json::object_t&>(), [&](const auto& reading) {
        const auto& [role, entry] = reading;
        const auto status = listed.find(role);
        return status != listed.end() && entry.is_object() && entry.value("value", json(0)).is_null() &&
               entry.value("status", json()) == status->second;
    });
    return readings;
}

// An older binary reads over what it does not know: its launch, as fast as ever, would say that a slowdown was not seen.
// Empty: it did what was asked.
std::string without_extra_operations(const json& answer, const std::optional<double>& asked) {
    if (!asked || optional_member<double>(answer, "extra_share") == asked) return {};
    return "asked for " + json(*asked).dump() +
           " operations beside each that it reports, it does not say that it did them: rebuild the older side";
}

void take_answer(const json& answer, const Seen& seen, const RoleStatuses& listed, json& launch) {
    launch["metrics"] = object_in(answer, "metrics");
    launch["windows"] = object_in(answer, "windows");
    launch["readings"] = own_readings(object_in(answer, "readings"), listed);
    launch["cautions"] = member<json::array_t>(answer, "cautions");
    launch["disturbance"].update(object_in(answer, "disturbance"));
    launch["cost"] = cost_json(answer, seen.wall_ns);
}

}  // namespace

RoleStatuses role_statuses_of(const Record& record) {
    RoleStatuses statuses;
    const auto counters = json::parse(record.beginning.counters);
    for (const auto& role : counters.value("roles", json::array()))
        statuses[member<std::string>(role, "role")] = member<std::string>(role, "status");
    for (const auto& role : record.plan.unresponsive) statuses[role] = counters::name_of(counters::Status::unresponsive);
    return statuses;
}

std::string launch_text(const Seen& seen, const RoleStatuses& listed, Outcome& outcome) {
    const json nothing{{"point", seen.point}, {"side", seen.side},          {"round", seen.round},
                       {"order", seen.order}, {"began_s", seen.began_s},    {"metrics", json::object()},
                       {"windows", nullptr},  {"readings", json::object()}, {"disturbance", json_of(seen.disturbance)},
                       {"cost", nullptr},     {"cautions", json::array()}};
    json launch = nothing;
    if (outcome.status == LaunchStatus::ok) {
        std::string why;
        try {
            const auto answer = answer_of(outcome);
            take_answer(answer, seen, listed, launch);
            why = without_extra_operations(answer, seen.extra_share);
        } catch (const UsageError& problem) {
            why = std::string("its answer is not a launch's: ") + problem.what();
        }
        if (!why.empty()) {
            launch = nothing;
            outcome = {.status = LaunchStatus::failed, .why = why};
        }
    }
    launch["status"] = name_of(outcome.status);
    launch["why"] = outcome.status == LaunchStatus::ok ? json(nullptr) : json(outcome.why);
    // What a dying process says may be any bytes.
    return launch.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace latchmark::runner
