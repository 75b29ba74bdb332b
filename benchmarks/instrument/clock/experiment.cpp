// What a look at the clock costs, and how often this CPU is taken away between two of them.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/clock/workload.hpp"

latchmark::Experiment benchmarks::instrument::clock() {
    using latchmark::Purpose;
    return {
        .name = "instrument/clock",
        .question = "What do a clock read and the record of a latency cost, and what interrupts a worker that does nothing else?",
        .mechanism =
            "The kernel maps the clock into the process, so a read is a counter read and a multiplication, and to record what it "
            "says is one more count in a histogram. Two reads in a row that lie further apart than that saw an interrupt, "
            "another "
            "task, or the hypervisor.",
        .operation = "one read of the monotonic clock",
        .baseline = "monotonic",
        .variants = {latchmark::variant<ClockReads>("monotonic", "CLOCK_MONOTONIC, the clock of all windows"),
                     latchmark::variant<ClockReadsRecorded>("read_and_record",
                                                            "the same, and the time since the last read is recorded")},
        .workers = latchmark::WorkerSweep::one,
        .baseline_is_floor = true,
        .purposes = {Purpose::throughput, Purpose::latency},
        .roles = latchmark::roles::none(),
    };
}
