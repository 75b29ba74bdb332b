// A launch: parked thread, request, measurement, answer.
#include <algorithm>
#include <exception>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unistd.h>

#include "harness/counters/reading.hpp"
#include "harness/launch/clock_check.hpp"
#include "harness/launch/launch.hpp"
#include "harness/launch/metrics.hpp"
#include "harness/launch/point.hpp"
#include "harness/machine/pinning.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/parked_thread.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

json clock_answer(const Request& request) {
    if (const auto why = machine::pin_this_thread(request.cpus.front())) throw measure::TeamFailed(*why);
    const ClockCheck check = check_clock();
    return {{"resolution_ns", check.resolution_ns}, {"read_ns", check.read_ns}, {"chain_step_ns", check.chain_step_ns}};
}

json calibration_answer(const measure::Measurement& measurement) {
    const auto& last = measurement.team.windows.back();
    if (std::any_of(last.begin(), last.end(), [](const auto& worker) { return worker.end_ns == worker.begin_ns; })) {
        return {{"status", "failed"}, {"why", "a worker's clock did not move in the last window"}};
    }
    return {{"batch", measurement.team.batch}, {"time_per_operation_ns", measure::time_per_operation_ns_of(last)}};
}

json windows_json(const measure::TeamResult& team) {
    json operations = json::array();
    json elapsed = json::array();
    json overlap = json::array();
    for (const auto& window : team.windows) {
        json window_operations = json::array();
        json window_elapsed = json::array();
        for (const auto& worker : window) {
            window_operations.push_back(worker.operations);
            window_elapsed.push_back(worker.end_ns - worker.begin_ns);
        }
        operations.push_back(std::move(window_operations));
        elapsed.push_back(std::move(window_elapsed));
        overlap.push_back(measure::overlap_of(window));
    }
    return {{"operations", std::move(operations)}, {"elapsed_ns", std::move(elapsed)}, {"overlap", std::move(overlap)}};
}

json optional_number(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json readings_json(const measure::TeamPlan& plan, const measure::TeamResult& team) {
    json readings = json::object();
    for (std::size_t role = 0; role < plan.roles.size(); ++role) {
        // What this machine cannot count at all is said once, in the run file's own list of roles.
        if (!counters::has_value(plan.roles[role].status)) continue;
        std::vector<counters::RoleCount> counts;
        for (const auto& worker : team.counts) counts.push_back(role < worker.size ? worker.roles[role] : counters::RoleCount{});
        const auto reading = counters::team_reading(plan.roles[role], counts);
        json per_worker = json::array();
        for (const auto& value : reading.per_worker) per_worker.push_back(optional_number(value));
        // The same role may be asked in two scopes; one must not replace the other.
        const bool is_second = readings.contains(reading.role);
        json& entry = readings[is_second ? reading.role + ":" + std::string(counters::name_of(reading.scope)) : reading.role];
        entry = {{"status", counters::name_of(reading.status)},
                 {"value", optional_number(reading.value)},
                 {"per_worker", std::move(per_worker)}};
        if (reading.why) entry["why"] = *reading.why;
        if (reading.running_share) entry["running_share"] = *reading.running_share;
    }
    return readings;
}

// What the team itself saw of a disturbance; the runner adds what it sees from outside.
json disturbance_json(const measure::TeamPlan& plan, const measure::TeamResult& team) {
    std::vector<unsigned> migrated(plan.cpus.size(), 0);  // windows that began or ended on another CPU
    std::vector<double> drift;                            // of the time of one chain step: frequency, or a thief on the CPU
    for (const auto& window : team.windows) {
        for (std::size_t worker = 0; worker < window.size(); ++worker) {
            const bool has_moved = window[worker].cpu_begin != plan.cpus[worker] || window[worker].cpu_end != plan.cpus[worker];
            migrated[worker] += has_moved ? 1 : 0;
        }
    }
    for (std::size_t worker = 0; worker < plan.cpus.size(); ++worker) {
        drift.push_back(team.chain_after_ns[worker] / team.chain_before_ns[worker] - 1);
    }
    return {{"migrated_windows", migrated}, {"chain_drift", drift}};
}

// Windows that do not count, said with the launch.
std::vector<std::string> cautions_of(const measure::Measurement& measurement) {
    auto cautions = measurement.cautions;
    const auto& windows = measurement.team.windows;
    const auto alone =
        std::count_if(windows.begin(), windows.end(), [](const auto& window) { return !measure::is_of_a_team(window); });
    if (alone > 0) {
        cautions.push_back("left out: " + std::to_string(alone) + " of " + std::to_string(windows.size()) +
                           " windows, in which some worker began after the deadline");
    }
    return cautions;
}

json measurement_answer(const measure::TeamPlan& plan, const measure::Measurement& measurement, const Variant& variant) {
    const auto& team = measurement.team;
    double windows_ns = 0;
    for (const auto& window : team.windows) {
        const auto longest = std::max_element(window.begin(), window.end(), [](const auto& a, const auto& b) {
            return a.end_ns - a.begin_ns < b.end_ns - b.begin_ns;
        });
        windows_ns += static_cast<double>(longest->end_ns - longest->begin_ns);
    }
    double warm_up_ns = 0;
    for (const auto& worker : team.warm_up)
        warm_up_ns = std::max(warm_up_ns, static_cast<double>(worker.end_ns - worker.begin_ns));
    return {{"metrics", metrics_json(plan, team, variant.tallies)},
            {"windows", windows_json(team)},
            {"readings", readings_json(plan, team)},
            {"disturbance", disturbance_json(plan, team)},
            {"cautions", cautions_of(measurement)},
            {"cost", {{"set_up_ns", measurement.set_up_ns}, {"warm_up_ns", warm_up_ns}, {"windows_ns", windows_ns}}}};
}

json point_answer(const Request& request, const Catalogue& catalogue, bool never_threaded) {
    const PointToMeasure point = point_of(request, catalogue, never_threaded);
    if (request.kind == Kind::calibrate && point.variant->options.lacks) {
        if (const auto why = point.variant->options.lacks()) return {{"status", "unavailable"}, {"why", *why}};
    }
    const auto measurement = measure::measure(*point.variant, point.plan, point.setting, request.node);
    if (!measurement.is_verified) {
        const auto operations = std::to_string(measurement.team.operations);
        return {{"status", "verify_failed"},
                {"why", "the workload does not find the " + operations + " operations that were done"}};
    }
    json message = request.kind == Kind::calibrate ? calibration_answer(measurement)
                                                   : measurement_answer(point.plan, measurement, *point.variant);
    if (message.contains("status")) return message;
    message["status"] = "ok";
    message["why"] = nullptr;
    return message;
}

// The whole answer is written or the launch has failed: a partial line must not look like one.
bool write_line(int descriptor, std::string line) {
    line += '\n';
    std::size_t written = 0;
    while (written < line.size()) {
        const ssize_t bytes = ::write(descriptor, line.data() + written, line.size() - written);
        if (bytes < 0 && errno == EINTR) continue;
        if (bytes <= 0) return false;
        written += static_cast<std::size_t>(bytes);
    }
    return true;
}

}  // namespace

json answer_to(const Request& request, const Catalogue& catalogue, bool never_threaded) {
    json message;
    try {
        if (request.kind == Kind::clock) {
            message = clock_answer(request);
            message["status"] = "ok";
            message["why"] = nullptr;
        } else {
            message = point_answer(request, catalogue, never_threaded);
        }
    } catch (const std::bad_alloc&) {
        message = {{"status", "failed"}, {"why", "the workload needs more memory than a team has"}};
    } catch (const std::exception& problem) {
        message = {{"status", "failed"}, {"why", problem.what()}};
    }
    message["protocol"] = kProtocol;
    return message;
}

int answer(const Catalogue& catalogue, bool never_threaded) {
    std::optional<measure::ParkedThread> parked;
    if (!never_threaded) parked.emplace();
    const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    json message;
    try {
        message = answer_to(request_from(json::parse(text)), catalogue, never_threaded);
    } catch (const json::parse_error&) {
        message = {{"protocol", kProtocol}, {"status", "failed"}, {"why", "the launch request on standard input is not JSON"}};
    } catch (const std::invalid_argument& problem) {
        message = {{"protocol", kProtocol}, {"status", "failed"}, {"why", problem.what()}};
    }
    return write_line(kAnswerDescriptor, message.dump()) ? 0 : 4;
}

}  // namespace latchmark::launch
