// Starts launches.
#include "harness/runner/launcher.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/runner/calibration.hpp"
#include "harness/runner/child.hpp"

namespace latchmark::runner {

namespace {

std::uint64_t default_limit_ns(const launch::Request& request) {
    constexpr double kAnyLaunchNs = 10e9;
    constexpr double kSlowdown = 20;
    constexpr double kLongestNs = 1e18;  // some 30 years, which 64 bits still hold
    const unsigned windows = request.kind == launch::Kind::calibrate ? kCalibrationWindows : request.windows;
    const double teams = request.pairs.empty() ? 1.0 : static_cast<double>(request.pairs.size()) * request.pages;
    const double team_ns = static_cast<double>(request.warm_up_ns) + windows * static_cast<double>(request.window_ns);
    return static_cast<std::uint64_t>(std::min(kLongestNs, kAnyLaunchNs + kSlowdown * teams * team_ns));
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
