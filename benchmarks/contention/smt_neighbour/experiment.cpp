// The price of a busy sibling: two hardware threads share what makes a core fast.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/smt_neighbour/workload.hpp"

latchmark::Experiment benchmarks::contention::smt_neighbour() {
    using latchmark::variant;
    const latchmark::VariantOptions against_loads_sleeping{.baseline = "loads_sleeping"};
    return {
        .name = "contention/smt_neighbour",
        .question = "What does the other hardware thread of a core cost by spinning, pausing, computing or sleeping?",
        .mechanism =
            "Siblings share decoders, execution units and caches. A waiter that spins fills them with useless work, the pause "
            "hint gives "
            "them up for some cycles, and only a sleeper leaves the core to its sibling.",
        .operation = "16384 dependent multiplications, or 256 dependent loads, of the subject",
        .baseline = "chain_sleeping",
        .variants =
            {
                variant<Beside<ChainSubject, Sleeping>>("chain_sleeping", "computes beside a sleeper"),
                variant<Beside<ChainSubject, Pausing>>("chain_pausing",
                                                       "computes beside a waiter that spins with the pause hint"),
                variant<Beside<ChainSubject, Spinning>>("chain_spinning", "computes beside a waiter that spins without it"),
                variant<Beside<ChainSubject, Busy>>("chain_busy", "computes beside one that computes as well"),
                variant<Beside<LoadsSubject, Sleeping>>("loads_sleeping", "waits for memory beside a sleeper"),
                variant<Beside<LoadsSubject, Pausing>>(
                    "loads_pausing", "waits for memory beside a waiter that spins with the pause hint", against_loads_sleeping),
                variant<Beside<LoadsSubject, Spinning>>(
                    "loads_spinning", "waits for memory beside a waiter that spins without it", against_loads_sleeping),
                variant<Beside<LoadsSubject, Busy>>("loads_busy", "waits for memory beside one that computes",
                                                    against_loads_sleeping),
            },
        .workers = latchmark::WorkerSweep::two_at_placements,
        .placements = {latchmark::Placement::same_core},
        .taste = {"chain_sleeping", "chain_spinning"},
        .roles = latchmark::roles::none(),
    };
}
