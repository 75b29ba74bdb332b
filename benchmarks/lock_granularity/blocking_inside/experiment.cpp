// What a lock costs when its holder waits for something else.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/lock_granularity/blocking_inside/workload.hpp"

latchmark::Experiment benchmarks::lock_granularity::blocking_inside() {
    using latchmark::variant;
    return {
        .name = "lock_granularity/blocking_inside",
        .question = "What does slow work cost when it is done with a lock held?",
        .mechanism =
            "Outside the critical section workers sleep or write at the same time. Inside it, each waits for all the others' "
            "slow work "
            "as well, and goes to sleep for it although the guarded data are not in use.",
        .operation = "slow work and a guarded increment",
        .baseline = "sleep_outside",
        .variants =
            {
                variant<BlockingInside<Sleep, Where::outside>>("sleep_outside", "sleeps 50 us, then locks and counts"),
                variant<BlockingInside<Sleep, Where::inside>>("sleep_inside", "sleeps 50 us with the lock held"),
                variant<BlockingInside<Write, Where::outside>>("write_outside",
                                                               "writes 4 KiB to a file in memory, then locks and counts"),
                variant<BlockingInside<Write, Where::inside>>("write_inside", "writes 4 KiB with the lock held",
                                                              {.baseline = "write_outside"}),
            },
        .axes = {{.name = "timer_slack_ns",
                  .unit = "ns",
                  .values = {1, 50'000},
                  .middle = 1,
                  .variants = {"sleep_outside", "sleep_inside"}}},
        .taste = {"sleep_outside", "sleep_inside"},
        .keeps_to_first = true,
        .purposes = {latchmark::Purpose::throughput, latchmark::Purpose::latency},
        .ties_at_one_worker = {"sleep_outside", "sleep_inside"},
        .roles = latchmark::roles::waiting(),
    };
}
