// How long the last one to arrive keeps the others, and what meeting costs at all.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/barrier/workload.hpp"
#include "benchmarks/primitives/barriers/dissemination_barrier.hpp"
#include "benchmarks/primitives/barriers/pthread_barrier.hpp"
#include "benchmarks/primitives/barriers/sense_reversing_barrier.hpp"
#include "benchmarks/primitives/barriers/std_barrier.hpp"

latchmark::Experiment benchmarks::contention::barrier() {
    using enum latchmark::Placement;
    using latchmark::Purpose;
    using latchmark::variant;
    return {
        .name = "contention/barrier",
        .question = "What does it cost to let all workers finish a phase before any begins the next?",
        .mechanism =
            "Every arrival must become known to every worker: over one common word, whose line each arrival takes away from the "
            "last, or in rounds in which workers tell each other in pairs. Whoever sleeps while waiting must be woken by the "
            "kernel.",
        .operation = "one phase",
        .baseline = "pthread",
        .variants =
            {
                variant<Phases<PthreadBarrier>>("pthread", "pthread_barrier, which sleeps at once"),
                variant<Phases<StdBarrier>>("std_barrier", "std::barrier, a tree of tickets; looks a few times and sleeps"),
                variant<Phases<SenseReversingBarrier>>("sense_reversing", "one counter and one phase word, spinning"),
                variant<Phases<DisseminationBarrier>>("dissemination", "log2(workers) rounds of pairs, spinning"),
            },
        .workers = latchmark::WorkerSweep::two_to_all_cores,
        .placements = {same_core, same_llc, other_llc, other_socket},
        .lockstep = true,
        .taste = {"pthread", "sense_reversing"},
        .keeps_to_first = true,
        .keeps_placements = true,
        .purposes = {Purpose::throughput, Purpose::latency},
        .roles = latchmark::roles::contention(),
    };
}
