// How many workers a sweep takes, one a core.
#pragma once
#include <cstddef>
#include <vector>

#include "harness/machine/topology.hpp"

namespace latchmark::runner {

// Which rungs of 1, 2, 4, ... all cores are taken. Two workers are what sharing is about, so they are a step of a machine with
// one core too, to be skipped with the reason.
enum class Rungs {
    ends,     // 1, 2, all
    coarse,   // the same, but every step on machines that have few
    thinned,  // 1, 2, one cache, one socket, all, and as many between as keep each at most eight times the one before
    every,    // every power of two, one cache, one socket, all
};

// Ascending, unique. On machines of up to 32 cores, where they are few, `coarse` and `thinned` are every step.
[[nodiscard]] std::vector<std::size_t> steps_of(Rungs rungs, const machine::Topology& topology);

}  // namespace latchmark::runner
