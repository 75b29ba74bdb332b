// Teams that do more than they report: exactly so much more, by every worker, and verified.
#include <algorithm>
#include <cmath>

#include "harness/tests/measure/teams.hpp"

namespace latchmark::measure {
namespace {

// Does no more than a batch of the plans below reports.
class Thrifty : public Counting {
public:
    using Counting::Counting;
    void run(std::size_t worker, std::uint64_t operations) { Counting::run(worker, std::min<std::uint64_t>(operations, 50)); }
};

class ExtraTeamTest : public TeamTest {};
INSTANTIATE_TEST_SUITE_P(ThreadsAndProcesses, ExtraTeamTest, testing::Values(Team::threads, Team::processes),
                         [](const auto& tested) { return tested.param == Team::threads ? "threads" : "processes"; });

// Of each worker to half an operation, and none in the warm-up.
std::uint64_t extra_of(const TeamResult& team, double share) {
    std::uint64_t extra = 0;
    for (std::size_t worker = 0; worker < team.warm_up.size(); ++worker) {
        std::uint64_t reported = 0;
        for (const auto& window : team.windows) reported += window[worker].operations;
        extra += static_cast<std::uint64_t>(std::llround(static_cast<double>(reported) * share));
    }
    return extra;
}

TEST_P(ExtraTeamTest, ExtraOperationsAreDoneAndVerifiedAndInNoWindow) {
    for (const std::uint64_t batch : {1U, 50U, 4099U}) {
        auto plan = plan_for(GetParam(), 2);
        plan.extra_share = 0.05;
        plan.batch = batch;
        const auto measured = measure_workload<Counting>(plan);
        EXPECT_TRUE(measured.is_verified);
        EXPECT_GT(measured.team.extra_operations, 0U);
        EXPECT_EQ(measured.team.extra_operations, extra_of(measured.team, 0.05)) << batch;
        std::uint64_t reported = 0;
        for (const auto& worker : measured.team.warm_up) reported += worker.operations;
        for (const auto& window : measured.team.windows) reported += window[0].operations + window[1].operations;
        EXPECT_EQ(measured.team.operations, reported + measured.team.extra_operations);
        EXPECT_EQ(reported % batch, 0U);
    }
}

TEST_P(ExtraTeamTest, ExtraOperationsThatAreNotDoneAreNotVerified) {
    auto plan = plan_for(GetParam(), 2);
    EXPECT_TRUE(measure_workload<Thrifty>(plan).is_verified);
    plan.extra_share = 0.05;
    EXPECT_FALSE(measure_workload<Thrifty>(plan).is_verified);
}

// One more on one side would hang for ever.
TEST_P(ExtraTeamTest, PartnersInLockstepDoTheSameExtraOperations) {
    auto plan = plan_for(GetParam(), 2);
    plan.lockstep = true;
    plan.batch = 7;
    plan.extra_share = 0.3;
    const auto measured = measure_workload<PingPong>(plan);
    EXPECT_TRUE(measured.is_verified);
    for (const auto& window : measured.team.windows) EXPECT_EQ(window[0].operations, window[1].operations);
    EXPECT_EQ(measured.team.extra_operations, extra_of(measured.team, 0.3));
    EXPECT_EQ(measured.team.extra_operations % 2, 0U);
}

TEST_P(ExtraTeamTest, TalliesAreThoseOfExtraOperationsToo) {
    auto plan = plan_for(GetParam(), 2);
    plan.purpose = Purpose::counts;
    plan.tallies = 1;
    plan.extra_share = 0.5;
    const auto measured = measure_workload<Counting>(plan);
    std::uint64_t done = measured.team.extra_operations;
    for (const auto& window : measured.team.windows) done += window[0].operations + window[1].operations;
    EXPECT_EQ(measured.team.tallies[0][0] + measured.team.tallies[1][0], 2 * done);
}

}  // namespace
}  // namespace latchmark::measure
