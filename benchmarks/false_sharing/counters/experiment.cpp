// False sharing at its plainest: the same increments in different layouts.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/false_sharing/counters/workload.hpp"

latchmark::Experiment benchmarks::false_sharing::counters() {
    using enum latchmark::Placement;
    return {
        .name = "false_sharing/counters",
        .question = "What does it cost when workers write different variables on one cache line?",
        .mechanism =
            "A core must own a cache line to write to it. Counters that share a line make it travel from core to core for every "
            "increment, although no worker ever looks at another's counter.",
        .operation = "increment of the worker's own counter",
        .baseline = "padded_128",
        .variants =
            {
                latchmark::variant<Counters<Packed>>("packed", "counters side by side, eight to a 64-byte line"),
                latchmark::variant<Counters<Padded<64>>>("padded_64", "one counter every 64 bytes"),
                latchmark::variant<Counters<Padded<128>>>("padded_128", "one counter every 128 bytes"),
                latchmark::variant<ThreadLocal>("thread_local", "plain thread_local counter, merged at the end of a batch"),
            },
        .teams = {latchmark::Team::threads, latchmark::Team::processes},
        .placements = {same_core, same_llc, other_llc, other_socket},
        .taste = {"packed", "padded_128"},
        .keeps_to_first = true,
        .ties_at_one_worker = {"packed", "padded_64", "padded_128"},
        .roles = latchmark::roles::coherence(),
    };
}
