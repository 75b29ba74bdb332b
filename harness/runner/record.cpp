// A run as far as it has come.
#include "harness/runner/record.hpp"

namespace latchmark::runner {

void note(const Calibration& calibration, std::size_t point, Record& record) {
    const bool is_settled = calibration.status == LaunchStatus::ok || calibration.status == LaunchStatus::unavailable;
    if (!is_settled) record.uncalibrated[point] = {calibration.status, calibration.why};
    apply(calibration, record.plan.points[point]);
}

}  // namespace latchmark::runner
