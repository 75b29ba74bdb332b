// What a launch's windows say: pure functions over the workers' own counts and clocks.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/measure/window.hpp"

namespace latchmark::measure {

// Whether all workers of a window were a team: each began before the common deadline and its clock moved. A worker that lost its
// CPU until later does one batch alone, and its rate would count as much as that of a whole window.
[[nodiscard]] bool is_of_a_team(std::span<const WorkerWindow> workers);

// Those workers that are of this part. `parts` has one a worker; it is empty where all do the same, and then all are of part 0.
[[nodiscard]] std::vector<WorkerWindow> workers_of_part(std::span<const WorkerWindow> workers, std::span<const std::size_t> parts,
                                                        std::size_t part);

// Operations a second of the whole team: the sum of the workers' own rates. A total over the longest worker's time would
// count the tail in which the last worker runs alone.
[[nodiscard]] double throughput_of(std::span<const WorkerWindow> workers);

// Nanoseconds that one operation takes one worker, averaged over the team: workers / throughput.
[[nodiscard]] double time_per_operation_ns_of(std::span<const WorkerWindow> workers);

// CPU nanoseconds, user and kernel, that one operation takes the worker that does it. A worker that spins for another burns what
// time_per_operation_ns_of() says; one that sleeps, less.
[[nodiscard]] double cpu_time_per_operation_ns_of(std::span<const WorkerWindow> workers);

// Nanoseconds from one hand-over to the next one, which goes the other way: the time in which the team did one operation. Half
// of what an operation takes one of two partners, since each waits for the other's in its own.
[[nodiscard]] double one_way_ns_of(std::span<const WorkerWindow> workers);

// (earliest end - latest begin) / (latest end - earliest begin): 1 when all worked all the time, 0 when they never met.
[[nodiscard]] double overlap_of(std::span<const WorkerWindow> workers);

// Latest begin - earliest begin.
[[nodiscard]] std::uint64_t start_skew_ns_of(std::span<const WorkerWindow> workers);

// Each worker's part of all operations of these windows (windows outside, workers inside); sums to 1.
[[nodiscard]] std::vector<double> shares_of(std::span<const std::vector<WorkerWindow>> windows);

// Middle value, or the mean of the two middle ones. `values` is not empty.
[[nodiscard]] double median_of(std::vector<double> values);

// Operations between two looks at the clock, so that a batch takes about `target_ns`: at least one, and few enough that a
// slow batch cannot overrun the deadline by much.
[[nodiscard]] std::uint64_t batch_for(double time_per_operation_ns, double target_ns);

// The batch for a whole team: that of its slowest part. A part beside the subject whose operations each outlast the target when
// taken one by one (it sleeps, once a call) sizes nothing: no batch would be short enough for it, and a batch of one would add
// a clock read to every operation of the subject. None when some worker's clock did not move: such a window has no rate.
[[nodiscard]] std::optional<std::uint64_t> batch_of_team(std::span<const WorkerWindow> workers,
                                                         std::span<const WorkerWindow> one_by_one,
                                                         std::span<const std::size_t> parts, double target_ns);

}  // namespace latchmark::measure
