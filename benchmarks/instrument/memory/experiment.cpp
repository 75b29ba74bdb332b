// The ladder of the memory: what a load has to wait for.
#include <cstdint>
#include <string>
#include <variant>

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
            const auto bytes = footprint_of(instrument::Level::memory, instrument::caches_here());
            if (variant != "memory" || !std::holds_alternative<std::uint64_t>(bytes)) return {};
            // Most of it is the kernel's: some 2000 bytes of fresh small pages a microsecond.
            return {.set_up_ms = static_cast<double>(std::get<std::uint64_t>(bytes)) / 2e6};
        },
        .roles = latchmark::roles::pools(),
    };
}
