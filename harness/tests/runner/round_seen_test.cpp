// A round: its time beside its launches, the worst load that anybody saw, and no more about steal than the ticks say.
#include "harness/runner/round_seen.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace latchmark::runner {
namespace {

using nlohmann::json;

machine::DisturbanceSnapshot snapshot(std::uint64_t stolen, std::uint64_t total, double runnable) {
    return {.ticks = machine::CpuTicks{.cpus = 2, .stolen = stolen, .total = total},
            .throttle_count = std::uint64_t{3},
            .cgroup_throttled_ns = std::uint64_t{1'000},
            .runnable = runnable,
            .load_1m = 0.5};
}

json ended(const RoundSeen& seen, const machine::DisturbanceSnapshot& after, std::uint64_t ended_ns = 5'000'000'000) {
    return json::parse(seen.ended(ended_ns, after).text);
}

TEST(RoundSeen, TellsTheTimeThatBelongsToNoLaunch) {
    RoundSeen seen(7, 2'000'000'000, snapshot(0, 1000, 0));
    seen.add_launch(1'250'000'000, {});
    seen.add_launch(1'500'000'000, {});
    const auto round = ended(seen, snapshot(0, 2000, 0));
    EXPECT_EQ(round["round"], 7);
    EXPECT_DOUBLE_EQ(round["began_s"].get<double>(), 2.0);
    EXPECT_DOUBLE_EQ(round["ended_s"].get<double>(), 5.0);
    EXPECT_DOUBLE_EQ(round["between_s"].get<double>(), 0.25);
    EXPECT_EQ(seen.ended(3, snapshot(0, 1, 0)).round, 7U);
}

TEST(RoundSeen, OfSomeHundredMillisecondsTellsWhatWasStolenAndNoZero) {
    const RoundSeen seen(0, 0, snapshot(4, 1000, 0));
    auto disturbance = ended(seen, snapshot(7, 1060, 0))["disturbance"];
    EXPECT_DOUBLE_EQ(disturbance["steal_share"].get<double>(), 0.05);
    disturbance = ended(seen, snapshot(4, 1060, 0))["disturbance"];
    EXPECT_EQ(disturbance["steal_share"]["why"], "too short to exclude steal: none seen in 60 ticks of 2 CPUs");
    EXPECT_DOUBLE_EQ(disturbance["steal_resolution"].get<double>(), 2.0 / 60);
}

TEST(RoundSeen, CountsWhatTheMachineDidInIt) {
    const RoundSeen seen(0, 0, snapshot(0, 1000, 0));
    auto after = snapshot(0, 2000, 0);
    after.throttle_count = std::uint64_t{5};
    after.cgroup_throttled_ns = std::uint64_t{1'700};
    const auto disturbance = ended(seen, after)["disturbance"];
    EXPECT_EQ(disturbance["throttle_count"], 2.0);
    EXPECT_EQ(disturbance["cgroup_throttled_ns"], 700.0);
}

// A burst in the middle is gone at the end.
TEST(RoundSeen, TakesTheWorstLoadOfItsLaunches) {
    RoundSeen seen(0, 0, snapshot(0, 1000, 1));
    EXPECT_EQ(ended(seen, snapshot(0, 2000, 0))["disturbance"]["foreign_load"], 1.0);
    seen.add_launch(1, {{"foreign_load", 4.0}});
    seen.add_launch(1, {{"foreign_load", 2.0}});
    seen.add_launch(1, {{"foreign_load", Unavailable{"no /proc"}}});
    seen.add_launch(1, {});
    EXPECT_EQ(ended(seen, snapshot(0, 2000, 0))["disturbance"]["foreign_load"], 4.0);
    EXPECT_EQ(ended(seen, snapshot(0, 2000, 6))["disturbance"]["foreign_load"], 6.0);
}

TEST(RoundSeen, PrefersALoadToAReasonAndItsOwnReasonToItsLaunches) {
    auto nothing = snapshot(0, 1000, 0);
    nothing.runnable = Unavailable{"no /proc/loadavg"};
    RoundSeen seen(0, 0, nothing);
    seen.add_launch(1, {{"foreign_load", Unavailable{"another reason"}}});
    EXPECT_EQ(ended(seen, nothing)["disturbance"]["foreign_load"]["why"], "no /proc/loadavg");
    seen.add_launch(1, {{"foreign_load", 0.0}});
    EXPECT_EQ(ended(seen, nothing)["disturbance"]["foreign_load"], 0.0);
}

}  // namespace
}  // namespace latchmark::runner
