// From an experiment and a machine to points: which teams, worker counts, placements, parameters and purposes.
#pragma once
#include <vector>

#include "harness/machine/topology.hpp"
#include "harness/runner/description.hpp"
#include "harness/runner/point.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

// Pure. For each variant and team:
// - the first purpose of the experiment at every worker step, one worker a core (`spread`); at each of its placements with
//   two workers (Breadth::cross: at every step); once oversubscribed; and off the middle of each axis, one at a time, with
//   two workers (taste: the ends of an axis only; cross: at every step);
// - further purposes at every worker step where the variant yields them: latency, tallies.
// What this machine lacks is one point with the reason in `skip`: a placement class, a second core, a team that the variant
// does not support. A step that the class exhausts (16 workers on 8 cores) is the end of a sweep and no point.
[[nodiscard]] std::vector<Point> points_of(const Experiment& experiment, const Description& description, const Preset& preset,
                                           const machine::Topology& topology);

}  // namespace latchmark::runner
