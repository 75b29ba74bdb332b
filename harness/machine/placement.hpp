// Which CPU each worker gets: a pure function from topology, placement and team size.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/machine/topology.hpp"
#include "latchmark/base/unavailable.hpp"
#include "latchmark/machine/placement.hpp"

namespace latchmark::machine {

// Rules common to all placements:
// - Only cores of one kind are used: the most capable kind of which there are at least two cores (a lone core cannot
//   hold a team). More workers than that kind can hold have no placement; the others never fill in, since a team of
//   unlike cores measures the slowest.
// - Outside same_cpu, same_core and oversubscribed every worker has a core of its own and its SMT siblings stay idle.
// - other_llc and other_socket give the workers in turn to the caches (packages), so that workers i and i+1 never share
//   one. A team of two is the pure case.
// - Teams of growing size on a machine of like caches extend one another: the first workers stay where they were.
// Nothing depends on the OS's numbering.

// The OS id of each worker's CPU, or why this machine has no such team.
[[nodiscard]] OrUnavailable<std::vector<unsigned>> place(const Topology& topology, Placement placement, std::size_t workers);

// Why no team of any size above one has this placement here; nullopt when some team has it. spread, compact, same_cpu and
// oversubscribed exist everywhere (spread and compact on one core for a team of one).
[[nodiscard]] std::optional<std::string> lacks(const Topology& topology, Placement placement);

// Team sizes worth measuring with one worker a core: 1, 2, 4, ..., one last-level cache, one socket, all cores of the
// kind used; ascending, unique, growing with the logarithm of the CPUs. SMT siblings are not a further step: R14 keeps
// them idle outside same_core, and more workers than cores are an axis of their own.
[[nodiscard]] std::vector<std::size_t> worker_steps(const Topology& topology);

// `factor` times the CPUs (of the kind used, SMT siblings included), at least one more than there are.
[[nodiscard]] std::size_t oversubscribed_workers(const Topology& topology, double factor);

}  // namespace latchmark::machine
