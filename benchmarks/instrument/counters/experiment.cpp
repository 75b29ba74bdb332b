// What reading the counters costs a window.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/counters/workload.hpp"

latchmark::Experiment benchmarks::instrument::counters() {
    const latchmark::VariantOptions if_allowed{.lacks = group_is_refused};
    return {
        .name = "instrument/counters",
        .question = "What do the counters cost a worker at the two ends of a window?",
        .mechanism =
            "Each worker reads its own groups of events, its resource usage and its scheduler statistics before and after the "
            "timed stretch. The cost lies outside that stretch, but a worker that pays it late starts late.",
        .operation = "one begin and one end of a window, all counters read at both",
        .baseline = "window",
        .variants =
            {
                latchmark::variant<WindowReads<Reads::all>>("window", "every counter of a launch, read at begin and end"),
                latchmark::variant<WindowReads<Reads::hardware>>("hardware", "the CPU's own counters of them alone",
                                                                 {.lacks = hardware_is_absent}),
                latchmark::variant<GroupCalls<GroupCall::read>>("read", "one read of the smallest group", if_allowed),
                latchmark::variant<GroupCalls<GroupCall::enable_and_disable>>(
                    "enable_disable", "the smallest group switched on and off", if_allowed),
            },
        .workers = latchmark::WorkerSweep::one,
        .taste = {"window"},
        .roles = latchmark::roles::none(),
    };
}
