// A launch: parked thread, request, measurement, answer.
#include <algorithm>
#include <exception>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>

#include "harness/launch/clock_check.hpp"
#include "harness/launch/control_answer.hpp"
#include "harness/launch/launch.hpp"
#include "harness/launch/measured.hpp"
#include "harness/launch/point.hpp"
#include "harness/machine/pinning.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/pairs.hpp"
#include "harness/measure/parked_thread.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

json clock_answer(const Request& request) {
    if (const auto why = machine::pin_this_thread(request.cpus.front())) throw measure::TeamFailed(*why);
    const ClockCheck check = check_clock();
    return {{"resolution_ns", check.resolution_ns}, {"read_ns", check.read_ns}, {"chain_step_ns", check.chain_step_ns}};
}

json calibration_answer(const measure::TeamPlan& plan, const measure::Measurement& measurement) {
    const auto& last = measurement.team.windows.back();
    if (std::any_of(last.begin(), last.end(), [](const auto& worker) { return worker.end_ns == worker.begin_ns; })) {
        return {{"status", "failed"}, {"why", "a worker's clock did not move in the last window"}};
    }
    return {{"batch", measurement.team.batch},
            {"time_per_operation_ns", measure::time_per_operation_ns_of(measure::workers_of_part(last, plan.parts, 0))},
            {"cost", cost_json(measurement)}};
}

json done(json message) {
    if (message.contains("status")) return message;
    message["status"] = "ok";
    message["why"] = nullptr;
    return message;
}

// The answer says of the extra operations what the team was told, not what the request asked.
json measured(json message, const measure::TeamPlan& plan) {
    if (plan.extra_share > 0) message["extra_share"] = plan.extra_share;
    return done(std::move(message));
}

json unverified(const measure::Measurement& measurement) {
    const auto operations = std::to_string(measurement.team.operations);
    return {{"status", "verify_failed"}, {"why", "the workload does not find the " + operations + " operations that were done"}};
}

json pairs_point_answer(const PointToMeasure& point, const Request& request) {
    const measure::PairsPlan plan{
        .team = point.plan, .pairs = request.pairs, .pages = request.pages, .has_nodes = request.node.has_value()};
    const std::uint64_t begin_ns = now_ns();
    const auto pairs = measure::measure_pairs(*point.variant, plan, point.setting);
    const std::uint64_t wall_ns = now_ns() - begin_ns;
    for (const auto& pages : pairs) {
        const auto wrong = std::find_if(pages.begin(), pages.end(), [](const auto& page) { return !page.is_verified; });
        if (wrong != pages.end()) return unverified(*wrong);
    }
    return measured(pairs_answer(plan, pairs, wall_ns), plan.team);
}

json point_answer(const Request& request, const Catalogue& catalogue, bool never_threaded) {
    const PointToMeasure point = point_of(request, catalogue, never_threaded);
    if (request.kind == Kind::calibrate && point.variant->options.lacks) {
        if (const auto why = point.variant->options.lacks()) return {{"status", "unavailable"}, {"why", *why}};
    }
    // A batch is as good for one pair as for the next: the first one, which is the request's team, calibrates for all.
    if (request.kind == Kind::measure && !request.pairs.empty()) return pairs_point_answer(point, request);
    const auto measurement = measure::measure(*point.variant, point.plan, point.setting, request.node);
    if (!measurement.is_verified) return unverified(measurement);
    return request.kind == Kind::calibrate ? done(calibration_answer(point.plan, measurement))
                                           : measured(measurement_answer(point, measurement), point.plan);
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
            message = done(clock_answer(request));
        } else if (request.kind == Kind::control) {
            message = done({{"control", control_json(control::control(request.roles, request.cpus))}});
        } else {
            message = point_answer(request, catalogue, never_threaded);
        }
    } catch (const measure::TeamRefused& refusal) {
        // Told when it is calibrated, it is a point that cannot be measured here; later it is one launch that went wrong.
        message = {{"status", request.kind == Kind::calibrate ? "unavailable" : "failed"}, {"why", refusal.what()}};
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
    try {
        if (!never_threaded) parked.emplace();
    } catch (const std::system_error& problem) {
        const json message{{"protocol", kProtocol},
                           {"status", "failed"},
                           {"why", std::string("cannot make a second thread: ") + problem.what()}};
        return write_line(kAnswerDescriptor, message.dump()) ? 0 : 4;
    }
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
