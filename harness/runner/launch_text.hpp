// One launch as the run file has it.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "harness/runner/outcome.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::runner {

struct Seen {
    std::size_t point = 0;
    std::string side{};
    unsigned round = 0;
    std::size_t order = 0;
    std::uint64_t wall_ns = 0;
    std::map<std::string, OrUnavailable<double>> disturbance{};  // from outside
};

// Pure. May turn an outcome that is ok into a failure: when its answer lacks what every launch must answer.
[[nodiscard]] std::string launch_text(const Seen& seen, Outcome& outcome);

}  // namespace latchmark::runner
