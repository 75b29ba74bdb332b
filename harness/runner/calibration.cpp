// The clock, and each point's batch.
#include "harness/runner/calibration.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

// Some slices of the scheduler.
constexpr std::uint64_t kLongestCalibrationWindowNs = 20'000'000;
constexpr std::size_t kAttempts = 2;

double positive(const nlohmann::json& answer, const std::string& name) {
    const auto value = member<double>(answer, name);
    if (!(value > 0)) throw UsageError("`" + name + "` is not above 0");
    return value;
}

// Set-up with all that goes with it: starting the process, making and ending the team, giving memory back.
std::optional<double> beyond_windows_ns(const nlohmann::json& answer, std::uint64_t wall_ns) {
    const auto cost = optional_member<nlohmann::json>(answer, "cost");
    if (!cost) return std::nullopt;
    return std::max(0.0,
                    static_cast<double>(wall_ns) - member<double>(*cost, "warm_up_ns") - member<double>(*cost, "windows_ns"));
}

}  // namespace

std::uint64_t calibration_window_ns(const Point& point) { return std::min(point.window_ns, kLongestCalibrationWindowNs); }

launch::Request clock_request(const Plan& plan) {
    launch::Request request{.kind = launch::Kind::clock};
    const auto measured =
        std::find_if(plan.points.begin(), plan.points.end(), [](const Point& point) { return !point.cpus.empty(); });
    if (measured != plan.points.end()) request.cpus = {measured->cpus.front()};
    return request;
}

launch::Request calibration_request(const Plan& plan, std::size_t point) {
    auto request = request_of(plan, point, 0);
    request.kind = launch::Kind::calibrate;
    request.batch = 1;
    request.window_ns = calibration_window_ns(plan.points.at(point));
    return request;
}

std::optional<ClockFacts> measure_clock(Launcher& launcher, const Plan& plan) {
    Outcome outcome;
    for (std::size_t attempt = 0; attempt < std::max(kAttempts, launcher.sides().size()); ++attempt) {
        outcome = launcher.launch(attempt % launcher.sides().size(), clock_request(plan), false);
        if (outcome.status == LaunchStatus::interrupted) return std::nullopt;
        if (outcome.status != LaunchStatus::ok) continue;
        try {
            const auto answer = answer_of(outcome);
            return ClockFacts{positive(answer, "resolution_ns"), positive(answer, "read_ns"), positive(answer, "chain_step_ns")};
        } catch (const UsageError& problem) {
            outcome.why = problem.what();
        }
    }
    throw InfrastructureError("nothing can be measured: the launch that measures the clock: " + outcome.why);
}

Calibration calibrate(Launcher& launcher, const Plan& plan, std::size_t point) {
    const auto request = calibration_request(plan, point);
    const Point& what = plan.points.at(point);
    Calibration calibration;
    for (std::size_t attempt = 0; attempt < std::max(kAttempts, launcher.sides().size()); ++attempt) {
        const auto outcome = launcher.launch(attempt % launcher.sides().size(), request, what.never_threaded);
        calibration.status = outcome.status;
        calibration.why = outcome.why;
        if (outcome.status == LaunchStatus::interrupted) return calibration;
        if (outcome.status != LaunchStatus::ok) continue;
        try {
            const auto answer = answer_of(outcome);
            calibration.batch = member<std::uint64_t>(answer, "batch");
            calibration.operation_ns = positive(answer, "time_per_operation_ns");
            calibration.window_ns = lengthened_window_ns(what.window_ns, calibration.operation_ns);
            calibration.beyond_ns = beyond_windows_ns(answer, outcome.wall_ns);
            if (calibration.batch == 0) throw UsageError("`batch` is 0");
            return calibration;
        } catch (const UsageError& problem) {
            calibration.status = LaunchStatus::failed;
            calibration.why = problem.what();
        }
    }
    return calibration;
}

void apply(const Calibration& calibration, Point& point) {
    if (calibration.status == LaunchStatus::ok) {
        point.batch = calibration.batch;
        point.windows = fewer_windows(point.windows, point.window_ns, calibration.window_ns);
        point.window_ns = calibration.window_ns;
        point.operation_ns = calibration.operation_ns;
        point.beyond_ns = calibration.beyond_ns.value_or(point.beyond_ns);
    } else if (calibration.status == LaunchStatus::unavailable) {
        point.skip = calibration.why;
        point.cpus.clear();
        point.pairs.clear();
    }
}

}  // namespace latchmark::runner
