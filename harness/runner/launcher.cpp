// Starts launches.
#include "harness/runner/launcher.hpp"

#include <nlohmann/json.hpp>

#include "harness/runner/calibration.hpp"
#include "harness/runner/child.hpp"

namespace latchmark::runner {

namespace {

std::uint64_t default_limit_ns(const launch::Request& request) {
    constexpr std::uint64_t kAnyLaunchNs = 10'000'000'000;
    constexpr std::uint64_t kSlowdown = 20;
    const std::uint64_t windows = request.kind == launch::Kind::calibrate ? kCalibrationWindows : request.windows;
    return kAnyLaunchNs + kSlowdown * (request.warm_up_ns + windows * request.window_ns);
}

}  // namespace

Outcome Launcher::launch(std::size_t side, const launch::Request& request, bool never_threaded) {
    auto words = prefix_;
    words.push_back(sides_.at(side).binary);
    words.emplace_back("launch");
    if (never_threaded) words.emplace_back("--never-threaded");
    const Limits limits{.time_ns = time_limit_ns_.value_or(default_limit_ns(request))};
    return outcome_of(run_child(words, launch::to_json(request).dump() + '\n', limits, interruption_));
}

}  // namespace latchmark::runner
