// Workers that do nothing still count every turn of the loop: an idle worker would not be noticed otherwise.
#include "benchmarks/instrument/team/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

TEST(Idle, CountsEveryTurnOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<Idle>({.workers = workers}, 10'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

// One worker that never gets to run.
class LeavesOneOut : public Idle {
public:
    using Idle::Idle;
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker != 1) Idle::run(worker, operations);
    }
};

TEST(IdleSabotage, AWorkerThatDoesNotRunIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<LeavesOneOut>({.workers = 2}, 10'000).finds_all);
}

}  // namespace
}  // namespace benchmarks::instrument
