// One point measured in this process: memory, workload, team, proof.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/team.hpp"
#include "latchmark/experiment.hpp"

namespace latchmark::measure {

struct Measurement {
    TeamResult team{};
    std::uint64_t set_up_ns = 0;          // the workload's constructor, memory included
    bool is_verified = false;             // the workload found all its operations done
    std::vector<std::string> cautions{};  // what about this launch is not as planned
};

// `setting` without its memory, which this provides: on `node` when the machine has several.
// Throws TeamFailed, or what the workload's constructor throws.
[[nodiscard]] Measurement measure(const Variant& variant, const TeamPlan& plan, Setting setting, std::optional<unsigned> node);

}  // namespace latchmark::measure
