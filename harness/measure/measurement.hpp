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
    std::uint64_t set_up_ns = 0;  // the workload's constructor, memory included
    bool is_verified = false;     // the workload found all its operations done
    std::vector<std::uint64_t> final_tallies{};
    std::vector<OrUnavailable<double>> quantities{};  // in the order of the variant's
    std::vector<std::string> cautions{};              // what about this launch is not as planned
};

// `setting` without its memory, which this provides: on `node` when the machine has several.
// Throws TeamFailed, or what the workload's constructor throws.
[[nodiscard]] Measurement measure(const Variant& variant, const TeamPlan& plan, const Setting& setting,
                                  std::optional<unsigned> node);

// The same several times, with a workload and a team of its own each time, on fresh pages that are all held until the last is
// done: the kernel hands a page that was given back out again at once, and every measurement would be of one physical page.
[[nodiscard]] std::vector<Measurement> measure_on_pages(const Variant& variant, const TeamPlan& plan, const Setting& setting,
                                                        std::optional<unsigned> node, unsigned pages);

}  // namespace latchmark::measure
