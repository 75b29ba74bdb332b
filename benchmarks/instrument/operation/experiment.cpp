// What the harness adds to an operation.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/operation/workload.hpp"

latchmark::Experiment benchmarks::instrument::operation() {
    return {
        .name = "instrument/operation",
        .question = "How much of a measured operation is the harness itself?",
        .mechanism =
            "A worker runs its operations in batches and reads the clock once a batch. An empty operation shows what that "
            "leaves; "
            "the same dependent steps with and without a loop around each operation show what the loop adds.",
        .operation = "nothing (empty), or dependent steps of about 5 ns",
        .baseline = "chain_bare",
        .variants =
            {
                latchmark::variant<Empty>("empty", "the loop alone"),
                latchmark::variant<Chain<false>>("chain", "about 5 ns of dependent steps, one loop an operation"),
                latchmark::variant<Chain<true>>("chain_bare", "the same steps in one loop a batch"),
            },
        .workers = latchmark::WorkerSweep::one,
        .ties_at_one_worker = {"chain", "chain_bare"},
        .roles = latchmark::roles::none(),
    };
}
