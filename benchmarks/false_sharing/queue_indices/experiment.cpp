// The two indices of a queue: written by different workers, and usually declared one after the other.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/false_sharing/queue_indices/workload.hpp"

latchmark::Experiment benchmarks::false_sharing::queue_indices() {
    using enum latchmark::Placement;
    return {
        .name = "false_sharing/queue_indices",
        .question = "What does it cost a queue between two workers to keep both its indices on one line?",
        .mechanism =
            "The producer moves one index for every item, the consumer the other. On one line each step takes it from the other "
            "end; "
            "apart, each end still reads the other's index, unless it remembers what it last saw there.",
        .operation = "item put in by the producer, or taken out by the consumer",
        .baseline = "apart",
        .variants =
            {
                latchmark::variant<QueueIndices<EndsTogether>>("together", "both indices on one line"),
                latchmark::variant<QueueIndices<EndsApart>>("apart", "one index every 256 bytes"),
                latchmark::variant<QueueIndices<EndsApartCached>>(
                    "apart_cached", "apart, and each end remembers the other's index until it is stopped"),
            },
        .workers = latchmark::WorkerSweep::two,
        .placements = {same_core, same_llc, other_llc, other_socket},
        .lockstep = true,
        .taste = {"together", "apart"},
        .keeps_placements = true,
        .roles = latchmark::roles::coherence(),
    };
}
