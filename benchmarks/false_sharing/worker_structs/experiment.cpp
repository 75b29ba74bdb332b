// False sharing in the shapes in which it is really written.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/false_sharing/worker_structs/workload.hpp"

latchmark::Experiment benchmarks::false_sharing::worker_structs() {
    using enum latchmark::Placement;
    using latchmark::Isolated;
    using latchmark::variant;
    return {
        .name = "false_sharing/worker_structs",
        .question = "What does an array with one struct, flag or lock per worker cost, when each worker only uses its own?",
        .mechanism =
            "Elements of an array lie one after the other, so neighbours share cache lines. Each worker's writes take the line "
            "from "
            "the neighbours, who never asked for the worker's data.",
        .operation = "use of the worker's own element: a request noted, a flag turned, a lock taken and released",
        .baseline = "stats_padded",
        .variants =
            {
                variant<Statistics<InArray, AtomicAddition>>("stats_packed",
                                                             "structs of five counters, 40 bytes each; atomic adds"),
                variant<Statistics<Isolated, AtomicAddition>>("stats_padded", "the same structs, one every 256 bytes"),
                variant<Statistics<InArray, PlainAddition>>("plain_stats_packed", "as stats_packed, with loads and stores",
                                                            {.baseline = "plain_stats_padded"}),
                variant<Statistics<Isolated, PlainAddition>>("plain_stats_padded", "as stats_padded, with loads and stores"),
                variant<Flags<FlagsInWords>>("flags_packed",
                                             "one bit each in a common word, as in std::vector<bool>, turned atomically",
                                             {.baseline = "flags_padded"}),
                variant<Flags<FlagsApart>>("flags_padded", "one flag every 256 bytes"),
                variant<OwnLocks<InArray>>("mutexes_packed", "array of std::mutex, 40 bytes each",
                                           {.baseline = "mutexes_padded"}),
                variant<OwnLocks<Isolated>>("mutexes_padded", "one std::mutex every 256 bytes"),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .taste = {"stats_packed", "stats_padded"},
        .keeps_placements = true,
        .ties_at_one_worker = {"stats_packed", "stats_padded"},
        .roles = latchmark::roles::coherence(),
    };
}
