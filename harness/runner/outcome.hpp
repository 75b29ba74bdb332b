// How a launch ended and what it answered: from the end of a process to a status with a reason.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/runner/child.hpp"

namespace latchmark::runner {

enum class LaunchStatus {
    ok,
    verify_failed,
    crashed,
    timed_out,
    failed,
    unavailable,  // this machine lacks what the workload needs, which only trying could tell: a point to skip
    interrupted,
};

[[nodiscard]] std::string_view name_of(LaunchStatus status);

struct Outcome {
    LaunchStatus status = LaunchStatus::failed;
    std::string why{};   // a sentence exactly when the status is not ok
    std::string text{};  // the answer as it came; JSON exactly when the status is ok
    std::uint64_t wall_ns = 0;
};

// Pure. An answer counts only when the process also ended well: what crashed while cleaning up may have measured anything.
[[nodiscard]] Outcome outcome_of(const ChildEnd& child);

// As outcome_of, and parses the answer; null unless ok.
[[nodiscard]] nlohmann::json answer_of(const Outcome& outcome);

}  // namespace latchmark::runner
