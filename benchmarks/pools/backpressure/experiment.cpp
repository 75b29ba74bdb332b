// A producer that is too fast, and three queues to put between.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/backpressure/workload.hpp"

namespace {

using benchmarks::BurstQueue;
using benchmarks::WhenFull;

template <WhenFull kWhenFull>
using Workload = benchmarks::pools::Backpressure<BurstQueue<benchmarks::pools::BurstItem, kWhenFull>>;

}  // namespace

latchmark::Experiment benchmarks::pools::backpressure() {
    return {
        .name = "pools/backpressure",
        .question =
            "What becomes of a burst that comes faster than it is worked off, in a queue with a bound and in one without?",
        .mechanism =
            "What is not worked off waits somewhere. Without a bound it waits in memory and every item behind it waits longer; "
            "with one, either the producer waits or items are lost.",
        .operation = "burst of 1000 items, four times as fast as their consumer, worked off",
        .latency = "an item's production, before it is put, to its arrival at the consumer",
        .baseline = "bounded_blocks",
        .variants =
            {
                latchmark::variant<Workload<WhenFull::wait>>("bounded_blocks", "the producer waits for room"),
                latchmark::variant<Workload<WhenFull::drop>>("bounded_drops", "what finds no room is dropped, and counted"),
                latchmark::variant<Workload<WhenFull::never>>("unbounded", "there is always room"),
            },
        .workers = latchmark::WorkerSweep::two,
        .lockstep = true,
        .axes = {{.name = "capacity",
                  .unit = "1",
                  .values = {64, 512},
                  .middle = 64,
                  .variants = {"bounded_blocks", "bounded_drops"}}},
        .taste = {"bounded_blocks", "unbounded"},
        .expects = [](const std::string&, const latchmark::Setting&) -> latchmark::Expected { return {.operation_ms = 1.2}; },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::pools(),
    };
}
