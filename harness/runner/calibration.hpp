// What is measured once and then shared by all launches and sides: the clock, and each point's batch.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/launch/protocol.hpp"
#include "harness/runner/launcher.hpp"
#include "harness/runner/plan.hpp"

namespace latchmark::runner {

// What a clock launch takes, for the expected duration.
inline constexpr double kClockLaunchS = 0.06;
// Windows of a calibrating launch, for the same and for its time limit; the launch decides.
inline constexpr unsigned kCalibrationWindows = 4;

// A batch is bounded in time, so it needs no window as long as an oversubscribed one.
[[nodiscard]] std::uint64_t calibration_window_ns(const Point& point);

[[nodiscard]] launch::Request clock_request(const Plan& plan);
[[nodiscard]] launch::Request calibration_request(const Plan& plan, std::size_t point);

// Throws InfrastructureError when no side can tell the time. nullopt: interrupted.
[[nodiscard]] std::optional<ClockFacts> measure_clock(Launcher& launcher, const Plan& plan);

struct Calibration {
    LaunchStatus status = LaunchStatus::failed;
    std::string why{};
    std::uint64_t batch = 1;
    std::uint64_t window_ns = 1;
    double operation_ns = 0;
    std::optional<double> beyond_ns{};  // what the launch took beyond warm-up and windows; none from an older binary
};

// With the first side that can: a side that lacks the experiment must not decide for the other. Tried twice before the
// point is given up, since what killed one launch (a lack of memory) may be over.
[[nodiscard]] Calibration calibrate(Launcher& launcher, const Plan& plan, std::size_t point);

// Writes batch, window and what was learned of the time into the point, or why it is to be skipped. Any other failure leaves it
// as it is.
void apply(const Calibration& calibration, Point& point);

}  // namespace latchmark::runner
