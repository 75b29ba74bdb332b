// The way between two cores: what a cache line's move takes, by how far they are apart.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/core_to_core/workload.hpp"

latchmark::Experiment benchmarks::contention::core_to_core() {
    using enum latchmark::Placement;
    using latchmark::variant;
    return {
        .name = "contention/core_to_core",
        .question = "How long does a cache line take from one core to another?",
        .mechanism =
            "What one core has written another can read only after the line was fetched from the writer's cache. That way is the "
            "floor under every lock, queue and counter that two cores share, and it depends on what lies between them.",
        .operation = "hand-over of a number to the other worker",
        .baseline = "store_load",
        .variants =
            {
                variant<StoreLoad>("store_load", "handed over by a store, awaited by loads, on one line"),
                variant<LineEachWay>("line_each_way", "the same with a line for each direction"),
                variant<CompareAndSwap>("cas", "handed over by compare-and-swap, tried until it succeeds"),
            },
        .workers = latchmark::WorkerSweep::pairs,
        .placements = {same_core, same_llc, other_llc, other_socket},
        .lockstep = true,
        .taste = {"store_load"},
        .roles = latchmark::roles::coherence(),
    };
}
