// One launch as the run file has it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "harness/runner/outcome.hpp"
#include "harness/runner/record.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::runner {

struct Seen {
    std::size_t point = 0;
    std::string side{};
    unsigned round = 0;
    std::size_t order = 0;
    double began_s = 0;  // since the sitting began
    std::uint64_t wall_ns = 0;
    std::optional<double> extra_share{};                         // that it was asked for
    std::map<std::string, OrUnavailable<double>> disturbance{};  // from outside
};

// By role, as it is asked: its status in the run file's own list of roles, the control's failures included.
using RoleStatuses = std::map<std::string, std::string>;
[[nodiscard]] RoleStatuses role_statuses_of(const Record& record);

// Pure. What a role lacks on this machine is said once, in that list; a reading without a value stays where this launch lacked
// something else. May turn an outcome that is ok into a failure: when its answer lacks what every launch must answer, or that it
// did the extra operations it was asked for.
[[nodiscard]] std::string launch_text(const Seen& seen, const RoleStatuses& listed, Outcome& outcome);

}  // namespace latchmark::runner
