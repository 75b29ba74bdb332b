// Workers that do nothing, so that what is seen is the team around them.
#pragma once
#include "benchmarks/primitives/empty_loop.hpp"

namespace benchmarks::instrument {

using Idle = EmptyLoop;

}  // namespace benchmarks::instrument
