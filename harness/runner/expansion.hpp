// From an experiment and a machine to points: which teams, worker counts, placements, parameters and purposes.
#pragma once
#include <vector>

#include "harness/machine/topology.hpp"
#include "harness/runner/description.hpp"
#include "harness/runner/point.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

// Pure. What each breadth takes stands in latchmark/preset.hpp. What this machine or this build lacks is one point with the
// reason in `skip`: a placement class, a second core, a library, a team that the variant does not support. A step that a class
// exhausts (16 workers on 8 cores) is the end of a sweep and no point.
[[nodiscard]] std::vector<Point> points_of(const Experiment& experiment, const Description& description, const Preset& preset,
                                           const machine::Topology& topology);

}  // namespace latchmark::runner
