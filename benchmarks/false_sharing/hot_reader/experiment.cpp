// What a writer costs those who only read the field beside it.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/false_sharing/hot_reader/workload.hpp"

latchmark::Experiment benchmarks::false_sharing::hot_reader() {
    using enum latchmark::Placement;
    using latchmark::kIsolationSize;
    using latchmark::variant;
    return {
        .name = "false_sharing/hot_reader",
        .question = "What does a writer cost the readers of a field that never changes, when both fields share a line?",
        .mechanism =
            "Any number of cores may hold copies of a line that nobody writes. A write to any byte of it takes all copies away, "
            "and "
            "the next read of the unchanged field has to fetch the line again.",
        .operation = "read of the field that never changes",
        .baseline = "padded",
        .variants =
            {
                variant<HotReader<FieldsTogether, DependentReads>>("packed", "read field and written field on one line"),
                variant<HotReader<FieldsApart<64>, DependentReads>>("padded_64", "one field every 64 bytes"),
                variant<HotReader<FieldsApart<kIsolationSize>, DependentReads>>("padded", "one field every 256 bytes"),
                variant<HotReader<FieldsTogether, DependentReads, Neighbour::reads>>(
                    "no_writer", "on one line, but everybody only reads: sharing alone costs nothing"),
                variant<HotReader<FieldsTogether, IndependentReads>>(
                    "flag_packed", "as packed, for a flag: reads that need not wait for one another",
                    {.baseline = "flag_padded"}),
                variant<HotReader<FieldsApart<kIsolationSize>, IndependentReads>>(
                    "flag_padded", "as padded, for a flag: reads that need not wait for one another"),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .taste = {"packed", "padded"},
        .keeps_placements = true,
        .ties_at_one_worker = {"packed", "padded_64", "padded", "no_writer"},
        .roles = latchmark::roles::coherence(),
    };
}
