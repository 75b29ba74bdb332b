// The granule of false sharing: the distance from which two words stop sharing.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/false_sharing/stride/workload.hpp"

latchmark::Experiment benchmarks::false_sharing::stride() {
    using enum latchmark::Placement;
    return {
        .name = "false_sharing/stride",
        .question = "How far apart must two workers' words be so that they no longer share?",
        .mechanism =
            "Cores take whole cache lines from one another, and some fetch lines in pairs. Two words that are closer together "
            "than "
            "that granule travel as one.",
        .operation = "increment of the worker's own word",
        .baseline = "rmw_apart",
        .variants =
            {
                latchmark::variant<WordsAtStride<AtomicAdd>>("rmw", "atomic add: needs the line for every operation"),
                latchmark::variant<WordsApart<AtomicAdd>>("rmw_apart", "atomic add, words 256 bytes apart whatever the stride"),
                latchmark::variant<WordsAtStride<LoadAndStore>>(
                    "store", "load and store: the store buffer hides most of the travelling", {.baseline = "store_apart"}),
                latchmark::variant<WordsApart<LoadAndStore>>("store_apart",
                                                             "load and store, words 256 bytes apart whatever the stride"),
            },
        .workers = latchmark::WorkerSweep::two,
        .placements = {same_core, same_llc, other_llc, other_socket},
        // The middle is the line of most CPUs: measured at every placement, it shows where a line alone is not enough.
        .axes = {{.name = "stride_bytes",
                  .unit = "B",
                  .values = {8, 16, 32, 64, 128, 256},
                  .middle = 64,
                  .variants = {"rmw", "store"},
                  .in_taste = true,
                  .taste_values = {32, 128}}},
        .taste = {"rmw", "rmw_apart"},
        .roles = latchmark::roles::coherence(),
    };
}
