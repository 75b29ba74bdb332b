// Which CPU each worker gets: a pure function from topology, placement and team size.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
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

// The OS id of each worker's CPU, or why this machine has no such team. A row of the map is no team: it is visited pair by pair.
[[nodiscard]] OrUnavailable<std::vector<unsigned>> place(const Topology& topology, Placement placement, std::size_t workers);

// Why no team of any size above one has this placement here; nullopt when some team has it. spread, compact, same_cpu and
// oversubscribed exist everywhere (spread and compact on one core for a team of one).
[[nodiscard]] std::optional<std::string> lacks(const Topology& topology, Placement placement);

// Team sizes worth measuring with one worker a core: 1, 2, 4, ..., one last-level cache, one socket, all cores of the
// kind used; ascending, unique, growing with the logarithm of the CPUs. SMT siblings are not a further step: R14 keeps
// them idle outside same_core, and more workers than cores are an axis of their own.
[[nodiscard]] std::vector<std::size_t> worker_steps(const Topology& topology);

// OS ids of one CPU of each core of the kind used, in the order of `spread`: where a launch puts what it makes itself.
[[nodiscard]] std::vector<unsigned> seats_of(const Topology& topology);

// `factor` times the CPUs (of the kind used, SMT siblings included), at least one more than there are.
[[nodiscard]] std::size_t oversubscribed_workers(const Topology& topology, double factor);

// OS ids of two CPUs, in the order of the topology.
using CpuPair = std::pair<unsigned, unsigned>;

// At most `limit` pairs of one of the classes of two (same_core: siblings; same_llc, other_llc, other_socket: one CPU a core),
// spread over the machine: sockets, then caches, then cores take part equally often. A smaller limit gives the first of them.
[[nodiscard]] OrUnavailable<std::vector<CpuPair>> pairs_of(const Topology& topology, Placement placement, std::size_t limit);

// The map of all cores, whatever their kind, by one CPU of each: every row is one core with each of the others, in the order of
// the topology. No rows where there is one core.
[[nodiscard]] std::vector<std::vector<CpuPair>> map_rows(const Topology& topology);

}  // namespace latchmark::machine
