// How well a team starts and works together.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/instrument/team/workload.hpp"

latchmark::Experiment benchmarks::instrument::team() {
    using latchmark::Team;
    return {
        .name = "instrument/team",
        .question = "Do the workers of a window start together and work at the same time?",
        .mechanism =
            "The last worker to arrive sets one start and one deadline for all. What remains of skew is the time the others take "
            "to see "
            "it; what lacks in overlap is time in which a contended point was not contended.",
        .operation = "nothing; the loop alone",
        .baseline = "empty",
        .variants = {latchmark::variant<Idle>("empty", "the loop alone, in every worker")},
        .teams = {Team::threads, Team::processes},
        .keeps_to_first = true,
        .roles = latchmark::roles::none(),
    };
}
