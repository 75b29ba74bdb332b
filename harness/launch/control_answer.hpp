// The positive control as the run file has it, and back.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/control/control.hpp"

namespace latchmark::launch {

// The member `control` of the run file's counters.
[[nodiscard]] nlohmann::json control_json(const std::vector<control::RoleControl>& answers);

// Throws std::invalid_argument with one clear line where it is something else.
[[nodiscard]] std::vector<control::RoleControl> control_from(const nlohmann::json& answers);

}  // namespace latchmark::launch
