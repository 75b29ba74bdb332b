// The ladder of the memory: what a load has to wait for.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/memory/workload.hpp"

namespace {

using benchmarks::instrument::Level;

template <Level kLevel>
latchmark::Variant rung(const std::string& name, const std::string& summary) {
    return latchmark::variant<benchmarks::instrument::Walk<kLevel>>(name, summary,
                                                                    {.lacks = benchmarks::instrument::lacks_rung<kLevel>});
}

}  // namespace

latchmark::Experiment benchmarks::instrument::memory() {
    return {
        .name = "instrument/memory",
        .question = "What does a load cost that has to wait for the one before it, by how far away its data are?",
        .mechanism =
            "Every load tells where the next one goes, in an order that no prefetcher foresees, so none begins before the last "
            "has ended. How much memory the walk goes through decides which cache still holds what it comes back to.",
        .operation = "dependent load",
        .baseline = "l1_hit",
        .variants =
            {
                rung<Level::l1>("l1_hit", "a walk through half of the first level of cache"),
                rung<Level::l2>("l2_hit", "through half of the second level"),
                rung<Level::last>("last_level_hit", "through more than the second level, and at most half of the last"),
                rung<Level::memory>("memory", "through twice the last level or more, in the smallest pages"),
            },
        .workers = latchmark::WorkerSweep::one,
        .expects = [](const std::string& variant, const latchmark::Setting&) -> latchmark::Expected {
            // Some hundred MiB are laid out: a last level of 32 MiB, say.
            return {.set_up_ms = variant == "memory" ? 100.0 : 0.0};
        },
        .roles = latchmark::roles::pools(),
    };
}
