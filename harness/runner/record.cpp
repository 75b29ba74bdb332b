// A run as far as it has come.
#include "harness/runner/record.hpp"

#include <utility>

namespace latchmark::runner {

void note(std::vector<control::RoleControl> control, Record& record) {
    record.plan.unresponsive.clear();
    for (const auto& answer : control)
        if (answer.result == control::Result::failed) record.plan.unresponsive.push_back(answer.role);
    record.control = std::move(control);
}

void note(const Calibration& calibration, std::size_t point, Record& record) {
    const bool is_settled = calibration.status == LaunchStatus::ok || calibration.status == LaunchStatus::unavailable;
    if (!is_settled) record.uncalibrated[point] = {calibration.status, calibration.why};
    apply(calibration, record.plan.points[point]);
}

}  // namespace latchmark::runner
