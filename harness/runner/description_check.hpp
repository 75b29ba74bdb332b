// Descriptions that contradict themselves must not reach a measurement.
#pragma once
#include "latchmark/experiment.hpp"

namespace latchmark::runner {

// Throws std::invalid_argument: "experiment family/name: what is wrong".
void check(const Experiment& experiment);

}  // namespace latchmark::runner
