// Does the choice of a lock matter, given what is done with it?
#include "benchmarks/catalogue.hpp"
#include "benchmarks/lock_granularity/hold_time/workload.hpp"
#include "benchmarks/primitives/locks/mcs_lock.hpp"
#include "benchmarks/primitives/locks/ticket_lock.hpp"
#include "benchmarks/primitives/locks/ttas_lock.hpp"

latchmark::Experiment benchmarks::lock_granularity::hold_time() {
    using enum latchmark::Placement;
    using latchmark::variant;
    return {
        .name = "lock_granularity/hold_time",
        .question = "What does a lock add to an operation, by how long it is held and how often it is asked for?",
        .mechanism =
            "While the lock is rarely wanted, it costs its own instructions and the way of its line. Once the critical sections "
            "of all workers fill the time, they queue up, and an operation takes as long as everybody's turns and handovers.",
        .operation = "critical section and the work outside it",
        .baseline = "empty",
        .variants =
            {
                variant<HoldTime<NoLock>>("empty", "the same work and no lock"),
                variant<HoldTime<std::mutex>>("mutex", "std::mutex: sleeps when it has to wait"),
                variant<HoldTime<TtasLock>>("ttas", "spins on its own copy of the lock word"),
                variant<HoldTime<TicketLock>>("ticket", "spins, in the order of arrival"),
                variant<HoldTime<McsLock>>("mcs", "spins in a queue, each waiter on a line of its own"),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .grows_with_team = true,
        .axes =
            {
                {.name = "critical_ns",
                 .unit = "ns",
                 .values = {0, 50, 200, 1000, 5000},
                 .middle = 200,
                 .variants = {"empty", "mutex", "mcs"}},
                {.name = "outside_ns",
                 .unit = "ns",
                 .values = {0, 200, 1000, 5000},
                 .middle = 1000,
                 .variants = {"empty", "mutex", "mcs"}},
            },
        .taste = {"empty", "mutex"},
        .keeps_placements = true,
        .baseline_is_floor = true,
        .roles = latchmark::roles::contention(),
    };
}
