// Why a role has no value, as a sentence that says what would mend it.
#pragma once
#include <string>

#include "harness/counters/host.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"

namespace latchmark::counters {

// Of a role that no worker needs to try, on this machine. Empty when its status is counted.
[[nodiscard]] std::string reason(const ResolvedRole& role, const Host& host);

// Of what a worker published. Empty when the status has a value.
[[nodiscard]] std::string reason(const ResolvedRole& role, const RoleCount& count);

}  // namespace latchmark::counters
