// The list: families in the order of the report, the instrument last.
#include "benchmarks/catalogue.hpp"

#include "benchmarks/presets.hpp"

latchmark::Catalogue benchmarks::catalogue() {
    return {
        .experiments =
            {
                false_sharing::counters(),
                contention::counter(),
                instrument::operation(),
                instrument::clock(),
                instrument::counters(),
                instrument::team(),
            },
        .presets = presets(),
    };
}
