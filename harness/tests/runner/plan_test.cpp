// Plans: what is selected, how long it takes, what a launch is asked, and the file.
#include "harness/runner/plan.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/machine/topology.hpp"
#include "harness/runner/calibration.hpp"
#include "harness/runner/errors.hpp"
#include "harness/runner/plan_command.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"

namespace latchmark::runner {
namespace {

Catalogue two_families() {
    auto catalogue = tests::fake_catalogue({"one", "two"});
    catalogue.experiments.push_back(tests::fake_experiment("other/first", {"one"}));
    catalogue.experiments.push_back(tests::fake_experiment("other/second", {"one"}));
    catalogue.experiments[0].roles = {{"a"}, {"b"}, {"c"}};
    return catalogue;
}

Plan planned(std::vector<std::string> experiments = {}) {
    auto preset = tests::fake_preset();
    preset.experiments = std::move(experiments);
    return plan_of(two_families(), preset, machine::described("synthetic:core:2 pu:1"), "0123", 7);
}

std::string message_of(const auto& action) {
    try {
        action();
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "nothing was refused";
}

TEST(Plans, SelectFamiliesAndExperiments) {
    EXPECT_EQ(planned().points.size(), 4U);
    EXPECT_EQ(planned({"other"}).points.size(), 2U);
    EXPECT_EQ(planned({"other/second", "fake"}).points.size(), 3U);
    EXPECT_THROW(static_cast<void>(planned({"oth"})), UsageError);
}

TEST(Plans, NameThePresetsThereAre) {
    auto borrowed = two_families();
    borrowed.presets.push_back({.name = "elsewhere", .purpose = "of another catalogue", .experiments = {"elsewhere"}});
    EXPECT_EQ(message_of([&] { static_cast<void>(find_preset(borrowed, "huge")); }), "no preset named 'huge'; there are: fake");
    EXPECT_EQ(message_of([] { static_cast<void>(find_preset(two_families(), "huge")); }),
              "no preset named 'huge'; there are: fake");
}

// A list of presets that somebody has borrowed must not end at the first whose points are elsewhere.
TEST(Plans, KeepThePointsThatThePresetNames) {
    const auto topology = machine::described("synthetic:core:2 pu:1");
    auto preset = tests::fake_preset();
    preset.points = {"^nowhere/", "^other/.*spread$"};
    const auto plan = plan_if_any(two_families(), preset, topology, "0123", 7);
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->points.size(), 2U);
    EXPECT_EQ(plan->experiments.size(), 2U);
    preset.points = {"^nowhere/"};
    EXPECT_FALSE(plan_if_any(two_families(), preset, topology, "0123", 7).has_value());
    EXPECT_EQ(message_of([&] { static_cast<void>(plan_of(two_families(), preset, topology, "0123", 7)); }),
              "preset fake selects no point of this catalogue");
}

TEST(Plans, AreFilteredByName) {
    auto plan = planned();
    apply({.filter = "^other/.*spread$", .rounds = 9, .seed = 11}, plan);
    EXPECT_EQ(plan.points.size(), 2U);
    EXPECT_EQ(plan.experiments.size(), 2U);
    EXPECT_EQ(plan.rounds, 9U);
    EXPECT_EQ(plan.seed, 11U);
    EXPECT_NE(message_of([&] { apply({.filter = "("}, plan); }).find("is no regular expression"), std::string::npos);
    EXPECT_NE(message_of([&] { apply({.filter = "nowhere"}, plan); }).find("matches no point"), std::string::npos);
}

TEST(Plans, TakeCounterGroupsInTurn) {
    const auto plan = planned();
    EXPECT_EQ(request_of(plan, 0, 0).roles, RoleGroup{"a"});
    EXPECT_EQ(request_of(plan, 0, 1).roles, RoleGroup{"b"});
    EXPECT_EQ(request_of(plan, 1, 0).roles, RoleGroup{"b"});
    EXPECT_EQ(request_of(plan, 1, 2).roles, RoleGroup{"a"});
    EXPECT_EQ(request_of(plan, 2, 1).roles, RoleGroup{});
}

TEST(Plans, ExpectTheTimeOfTheirWindows) {
    auto plan = planned();
    const double uncalibrated_s = expected_s(plan, 1);
    plan.clock = ClockFacts{1, 1, 1};
    for (auto& point : plan.points) point.batch = 1;
    // 4 points, 3 rounds, 2 windows of 1 ms and the cost of a launch.
    EXPECT_NEAR(expected_s(plan, 1), 4 * 3 * (0.002 + 0.006), 1e-9);
    EXPECT_NEAR(expected_s(plan, 2), 2 * expected_s(plan, 1), 1e-9);
    EXPECT_GT(uncalibrated_s, expected_s(plan, 1));
    plan.points[1].skip = "not here";
    EXPECT_NEAR(expected_s(plan, 1), 3 * 3 * (0.002 + 0.006), 1e-9);
}

// Waits of 10 ms: windows are lengthened tenfold and are four, and each ends when the wait in which its time is up is over.
TEST(Plans, ExpectSlowOperationsToLengthenTheirWindows) {
    Point point{.windows = 9, .window_ns = 10'000'000, .warm_up_ns = 50'000'000, .operation_ns = 10e6, .beyond_ns = 300e6};
    EXPECT_NEAR(launch_s(point), 0.3 + (0.050 + 0.005) + 4 * (0.100 + 0.005), 1e-9);
    EXPECT_NEAR(calibration_s(point), 0.3 + (0.050 + 0.005) + 4 * (0.010 + 0.005), 1e-9);
    point.batch = 1;  // what is calibrated is lengthened already
    point.window_ns = 80'000'000;
    point.windows = 5;
    EXPECT_NEAR(launch_s(point), 0.3 + (0.050 + 0.005) + 5 * (0.080 + 0.005), 1e-9);
}

TEST(Plans, LearnFromCalibrating) {
    Point point{.windows = 9, .window_ns = 1'000'000, .beyond_ns = 500e6};
    Calibration found{.status = LaunchStatus::ok, .batch = 3, .window_ns = 4'000'000, .operation_ns = 2e6, .beyond_ns = 70e6};
    apply(found, point);
    EXPECT_EQ(point.windows, 6U);
    EXPECT_NEAR(launch_s(point), 0.070 + 0.001 + 6 * (0.004 + 0.001), 1e-9);
    found.beyond_ns.reset();  // an older binary does not say
    point.beyond_ns = 500e6;
    apply(found, point);
    EXPECT_DOUBLE_EQ(point.beyond_ns, 500e6);
}

TEST(Plans, ExpectATeamForEachPageOfEachPair) {
    Point point{.windows = 1, .window_ns = 1'000'000, .warm_up_ns = 200'000};
    point.pairs = {{0, 1}, {0, 2}, {1, 3}};
    point.pages = 4;
    EXPECT_NEAR(launch_s(point), 0.006 + 12 * (0.001 + 0.0002 + 0.0005), 1e-9);
    EXPECT_NEAR(calibration_s(point), 0.006 + 0.0002 + 4 * 0.001, 1e-9);
}

TEST(Plans, KnowTheMinimumOfTheirMachineClass) {
    auto preset = tests::fake_preset();
    preset.minima = {{.cores = 2, .points = 3}, {.cores = 8, .points = 4}};
    const auto minimum_on = [&](const char* machine) {
        return plan_of(two_families(), preset, machine::described(machine), "0123", 7).minimum_points;
    };
    EXPECT_EQ(minimum_on("synthetic:core:1 pu:2"), std::nullopt);
    EXPECT_EQ(minimum_on("synthetic:core:7 pu:2"), 3U);
    EXPECT_EQ(minimum_on("synthetic:core:8 pu:1"), 4U);
    auto plan = plan_of(two_families(), preset, machine::described("synthetic:core:8 pu:1"), "0123", 7);
    EXPECT_EQ(plan_from(to_json(plan)).minimum_points, 4U);
    apply({.rounds = 1}, plan);
    EXPECT_EQ(plan.minimum_points, 4U);
    apply({.filter = "other"}, plan);
    EXPECT_EQ(plan.minimum_points, std::nullopt);
    preset.minima = {{.cores = 1, .points = 5}};  // the four points of this catalogue could never be five
    EXPECT_EQ(minimum_on("synthetic:core:8 pu:1"), std::nullopt);
}

TEST(Plans, AskALaunchForAllPairs) {
    auto plan = planned();
    plan.points[0].pairs = {{0, 1}, {1, 0}};
    plan.points[0].pages = 5;
    EXPECT_EQ(request_of(plan, 0, 0).pairs, plan.points[0].pairs);
    EXPECT_EQ(request_of(plan, 0, 0).pages, 5U);
}

// The first side is what the others are compared with.
TEST(Plans, SpareTheFirstSideTheExtraOperations) {
    auto plan = planned();
    plan.points[0].extra_share = 0.05;
    EXPECT_EQ(request_of(plan, 0, 0, 0).extra_share, std::nullopt);
    EXPECT_EQ(request_of(plan, 0, 0, 1).extra_share, 0.05);
    EXPECT_EQ(request_of(plan, 0, 0, 2).extra_share, 0.05);
    EXPECT_EQ(request_of(plan, 1, 0, 1).extra_share, std::nullopt);
    EXPECT_EQ(request_of(plan, 0, 0, 1).seed, request_of(plan, 0, 0, 0).seed);
    EXPECT_EQ(calibration_request(plan, 0).extra_share, std::nullopt);
}

// Also on CPUs that the point itself does not use: what a workload makes may have a core of its own.
TEST(Plans, TellALaunchWhereTheCoresAre) {
    const auto plan = planned();
    EXPECT_EQ(plan.seats.size(), 2U);
    EXPECT_EQ(request_of(plan, 0, 0).seats, plan.seats);
    EXPECT_EQ(plan_from(to_json(plan)).seats, plan.seats);
    auto earlier = to_json(plan);
    earlier.erase("seats");
    for (auto& point : earlier["points"]) {
        point.erase("operation_ns");
        point.erase("beyond_ns");
    }
    EXPECT_TRUE(plan_from(earlier).seats.empty());
    EXPECT_DOUBLE_EQ(plan_from(earlier).points[0].beyond_ns, kUsualLaunchNs);
}

TEST(Windows, HoldAHundredOperations) {
    EXPECT_EQ(lengthened_window_ns(5'000'000, 5), 5'000'000U);
    EXPECT_EQ(lengthened_window_ns(5'000'000, 45'000), 5'000'000U);
    EXPECT_EQ(lengthened_window_ns(5'000'000, 100'000), 11'000'001U);
    EXPECT_EQ(lengthened_window_ns(5'000'000, 1e9), 50'000'000U);
}

// Waits of milliseconds would take most of a run.
TEST(FewerWindows, AreThreeTimesAsLongAsPlannedInAllButFour) {
    EXPECT_EQ(fewer_windows(9, 10'000'000, 10'000'000), 9U);
    EXPECT_EQ(fewer_windows(9, 10'000'000, 30'000'000), 9U);
    EXPECT_EQ(fewer_windows(9, 10'000'000, 60'000'000), 4U);
    EXPECT_EQ(fewer_windows(9, 10'000'000, 50'000'000), 5U);
    EXPECT_EQ(fewer_windows(9, 10'000'000, 100'000'000), 4U);
    EXPECT_EQ(fewer_windows(1, 200'000'000, 2'000'000'000), 1U);
}

TEST(PlanFiles, AreReadBackAsTheyWere) {
    auto plan = planned();
    plan.clock = ClockFacts{20, 25.5, 1.25};
    plan.points[0].batch = 123;
    plan.points[0].operation_ns = 12.5;
    plan.points[0].beyond_ns = 3e8;
    plan.points[0].extra_share = 0.05;
    plan.points[1].skip = "it lacks \"x\"";
    plan.points[1].cpus.clear();
    plan.points[2].node = 1;
    plan.points[3].parameters = {{"stride", 0.1}};
    plan.points[3].workers = 2;
    plan.points[3].cpus = {0, 1};
    plan.points[3].pairs = {{0, 1}, {1, 0}};
    plan.points[3].pages = 3;
    const auto json = to_json(plan);
    const auto again = plan_from(nlohmann::json::parse(json.dump()));
    EXPECT_EQ(again.points, plan.points);
    EXPECT_EQ(again.clock, plan.clock);
    EXPECT_EQ(again.seed, plan.seed);
    EXPECT_EQ(to_json(again), json);
}

// Each with one line that names what is wrong.
TEST(PlanFiles, ThatAreNoPlansAreRefused) {
    const auto refusal = [](auto change) {
        auto json = to_json(planned());
        change(json);
        return message_of([&] { static_cast<void>(plan_from(json)); });
    };
    EXPECT_EQ(refusal([](auto& json) { json["schema"] = "latchmark.plan/2"; }),
              "the schema is 'latchmark.plan/2', this version reads 'latchmark.plan/1'");
    EXPECT_EQ(refusal([](auto& json) { json.erase("rounds"); }), "`rounds` is missing");
    EXPECT_EQ(refusal([](auto& json) { json["rounds"] = -1; }), "`rounds` is no whole number in range");
    EXPECT_EQ(refusal([](auto& json) { json["rounds"] = 1e10; }), "`rounds` is no whole number in range");
    EXPECT_EQ(refusal([](auto& json) { json["preset"] = 3; }), "`preset` has the wrong type (number)");
    EXPECT_EQ(refusal([](auto& json) { json["points"][0]["team"] = "fibers"; }), "`team` has the unknown word \"fibers\"");
    EXPECT_EQ(refusal([](auto& json) { json["points"][0]["cpus"] = {0, 1}; }), "`cpus` has 2 entries for 1 workers");
    EXPECT_EQ(refusal([](auto& json) { json["seed"] = "x"; }), "the seed 'x' is no whole number of 64 bits");
    EXPECT_EQ(refusal([](auto& json) { json["points"] = nlohmann::json::array(); }), "it has no rounds or no points");
    EXPECT_EQ(refusal([](auto& json) { json = 7; }), "`schema` is missing");
    EXPECT_EQ(refusal([](auto& json) { json["rounds"] = 1'000'001U; }), "`rounds` is more than 1000000");
    EXPECT_EQ(refusal([](auto& json) { json["points"][0]["pages"] = -1; }), "`pages` is no whole number in range");
    // As a launch would refuse it, with the point's name before.
    const std::string name = planned().points[0].name;
    EXPECT_EQ(refusal([](auto& json) { json["points"][0]["windows"] = 0U; }),
              name + ": launch request: windows, batch, window_ns, warm_up_ns or chain_step_ns is out of its range");
    EXPECT_EQ(refusal([](auto& json) { json["points"][0]["extra_share"] = 0; }),
              name + ": launch request: extra_share is not above 0 and at most 10");
    EXPECT_EQ(refusal([](auto& json) {
                  json["points"][0]["extra_share"] = 0.05;
                  json["points"][0]["purpose"] = "latency";
              }),
              name + ": launch request: extra_share on a point of latencies: operations are not what a latency is made of");
    EXPECT_TRUE(refusal([](auto& json) { json["points"][0]["pairs"] = {{0, 1}}; }).starts_with(name + ": launch request: pairs"));
}

TEST(PlanFiles, OfOtherMachinesAreRefused) {
    const auto here = machine::described("synthetic:core:2 pu:1");
    const auto plan = planned();
    EXPECT_NO_THROW(refuse_other_machine(plan, "0123", here));
    EXPECT_NE(message_of([&] { refuse_other_machine(plan, "4567", here); }).find("another machine"), std::string::npos);
    EXPECT_NE(
        message_of([&] { refuse_other_machine(plan, "0123", machine::described("synthetic:core:2 pu:1", {1})); }).find("CPU 0"),
        std::string::npos);
    auto pairs = plan;
    pairs.points[0].pairs = {{0, 1}, {0, 7}};
    EXPECT_NE(message_of([&] { refuse_other_machine(pairs, "0123", here); }).find("CPU 7"), std::string::npos);
    auto seats = plan;
    seats.seats = {0, 9};
    EXPECT_NE(message_of([&] { refuse_other_machine(seats, "0123", here); }).find("CPU 9"), std::string::npos);
    auto described = plan;
    described.machine.clear();
    EXPECT_NE(message_of([&] { refuse_other_machine(described, "", here); }).find("described machine"), std::string::npos);
}

}  // namespace
}  // namespace latchmark::runner
