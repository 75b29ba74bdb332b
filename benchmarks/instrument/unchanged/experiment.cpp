// The negative controls of a gate: what comes out different here comes from the machine or from the gate.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/unchanged/workload.hpp"

latchmark::Experiment benchmarks::instrument::unchanged() {
    return {
        .name = "instrument/unchanged",
        .question = "Does a loop that no change of the code can touch take the same time on two sides?",
        .mechanism =
            "The arithmetic is one block of assembly with its loop, at the beginning of a cache line, so no compiler, flag or "
            "layout alters it; the clock is read by code of the kernel. Where two binaries differ here, their other differences "
            "are no evidence.",
        .operation = "a multiplication and an addition (arithmetic), or one read of the monotonic clock (clock_read)",
        .baseline = "arithmetic",
        .variants =
            {
                latchmark::variant<UnchangedArithmetic>("arithmetic", "dependent steps in registers, in assembly"),
                latchmark::variant<UnchangedClockReads>("clock_read", "CLOCK_MONOTONIC, one read after the other"),
            },
        .workers = latchmark::WorkerSweep::one_to_all_cores,
        .roles = latchmark::roles::none(),
        .negative_control = true,
    };
}
