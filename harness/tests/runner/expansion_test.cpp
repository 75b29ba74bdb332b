// From experiments and machines to points: complete, skipped with reasons, bounded on large machines.
#include "harness/runner/expansion.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "harness/machine/topology.hpp"
#include "harness/runner/plan.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"

namespace latchmark::runner {
namespace {

const machine::Topology& two_cores() {
    static const auto topology = machine::described("synthetic:core:2 pu:1");
    return topology;
}

Experiment sharing() {
    auto experiment = tests::fake_experiment("sharing/counters", {"padded", "packed"});
    experiment.workers = WorkerSweep::one_to_all_cores;
    experiment.teams = {Team::threads, Team::processes};
    experiment.placements = {Placement::same_core, Placement::same_llc, Placement::other_socket};
    experiment.oversubscribed = true;
    return experiment;
}

std::vector<Point> expanded(const Experiment& experiment, const machine::Topology& topology, Breadth breadth = Breadth::steps) {
    auto preset = tests::fake_preset();
    preset.breadth = breadth;
    return points_of(experiment, description_of(experiment), preset, topology);
}

std::vector<std::string> names_of(const std::vector<Point>& points) {
    std::vector<std::string> names;
    names.reserve(points.size());
    for (const auto& point : points) names.push_back(point.name);
    return names;
}

const Point& find(const std::vector<Point>& points, const std::string& name) {
    const auto found = std::find_if(points.begin(), points.end(), [&](const Point& point) { return point.name == name; });
    if (found == points.end()) throw std::out_of_range(name);
    return *found;
}

TEST(Expansion, OfOneVariantOnTwoCores) {
    auto experiment = sharing();
    experiment.variants.resize(1);
    experiment.teams = {Team::threads};
    EXPECT_EQ(names_of(expanded(experiment, two_cores())), (std::vector<std::string>{
                                                               "sharing/counters/padded/workers:1/placement:spread",
                                                               "sharing/counters/padded/workers:2/placement:spread",
                                                               "sharing/counters/padded/workers:2/placement:same_core",
                                                               "sharing/counters/padded/workers:2/placement:same_llc",
                                                               "sharing/counters/padded/workers:2/placement:other_socket",
                                                               "sharing/counters/padded/workers:4/placement:oversubscribed",
                                                           }));
}

TEST(Expansion, SaysNothingOfATeamThatIsLeftToWiderPresets) {
    auto experiment = sharing();
    experiment.keeps_to_first = true;
    experiment.variants[0].options = {.teams = {Team::threads}, .teams_reason = "it is private to a process"};
    for (const auto& point : expanded(experiment, two_cores(), Breadth::taste))
        EXPECT_EQ(point.team, Team::threads) << point.name;
    EXPECT_TRUE(
        find(expanded(experiment, two_cores()), "sharing/counters/padded/team:processes/workers:1/placement:spread").skip);
}

TEST(Expansion, ExpectsWhatTheDescriptionSays) {
    auto experiment = tests::fake_experiment("waits/length", {"futex"});
    experiment.axes = {{.name = "wait_ns", .unit = "ns", .values = {100, 5e6}, .middle = 100}};
    experiment.expects = [](const std::string& variant, const Setting& setting) {
        return Expected{.set_up_ms = variant == "futex" ? 30.0 : 0.0, .operation_ms = setting.parameter("wait_ns") * 1e-6};
    };
    const auto points = expanded(experiment, two_cores());
    const auto& slow = find(points, "waits/length/futex/workers:1/placement:spread/wait_ns:5e+06");
    EXPECT_DOUBLE_EQ(slow.operation_ns, 5e6);
    EXPECT_DOUBLE_EQ(slow.beyond_ns, kUsualLaunchNs + 30e6);
    EXPECT_DOUBLE_EQ(points[0].operation_ns, 100);
}

TEST(Expansion, SkipsWhatTheMachineLacksWithAReason) {
    const auto points = expanded(sharing(), two_cores());
    const auto& missing = find(points, "sharing/counters/padded/workers:2/placement:other_socket");
    ASSERT_TRUE(missing.skip.has_value());
    EXPECT_NE(missing.skip->find("socket"), std::string::npos);
    EXPECT_TRUE(missing.cpus.empty());
    const auto& present = find(points, "sharing/counters/packed/team:processes/workers:2/placement:spread");
    EXPECT_FALSE(present.skip.has_value());
    EXPECT_EQ(present.cpus.size(), 2U);
}

TEST(Expansion, OnOneCpuSkipsTheSecondWorker) {
    const auto points = expanded(sharing(), machine::described("synthetic:core:1 pu:1"), Breadth::taste);
    EXPECT_FALSE(find(points, "sharing/counters/padded/workers:1/placement:spread").skip.has_value());
    EXPECT_TRUE(find(points, "sharing/counters/padded/workers:2/placement:spread").skip.has_value());
}

TEST(Expansion, MeasuresOversubscriptionInOneLongWindow) {
    const auto points = expanded(sharing(), two_cores());
    const auto& crowded = find(points, "sharing/counters/padded/workers:4/placement:oversubscribed");
    EXPECT_EQ(crowded.windows, 1U);
    EXPECT_EQ(crowded.window_ns, tests::fake_preset().oversubscribed_window_ns);
    EXPECT_EQ(crowded.cpus.size(), 4U);
}

TEST(Expansion, MeasuresWorkersThatTakeTurnsOnOneCpuInOneLongWindow) {
    auto experiment = sharing();
    experiment.placements = {Placement::same_cpu, Placement::same_llc};
    const auto points = expanded(experiment, two_cores());
    const auto& turns = find(points, "sharing/counters/padded/workers:2/placement:same_cpu");
    EXPECT_EQ(turns.windows, 1U);
    EXPECT_EQ(turns.window_ns, tests::fake_preset().oversubscribed_window_ns);
    EXPECT_EQ(find(points, "sharing/counters/padded/workers:2/placement:same_llc").windows, tests::fake_preset().windows);
    EXPECT_EQ(find(points, "sharing/counters/padded/workers:1/placement:spread").windows, tests::fake_preset().windows);
}

TEST(Expansion, TakesTheNamedValuesOfAnAxisInATaste) {
    auto experiment = tests::fake_experiment("locks/shape", {"mutex"});
    experiment.axes = {
        {.name = "size", .unit = "B", .values = {8, 64, 512}, .middle = 64, .in_taste = true, .taste_values = {512}}};
    EXPECT_EQ(names_of(expanded(experiment, two_cores(), Breadth::taste)),
              (std::vector<std::string>{"locks/shape/mutex/workers:1/placement:spread",
                                        "locks/shape/mutex/workers:1/placement:spread/size:512"}));
}

// Axes are swept for what the experiment is about.
TEST(Expansion, OfALatencyHasItsAxesForLatency) {
    auto experiment = tests::fake_experiment("waits/length", {"futex"});
    experiment.variants[0].records_latency = true;
    experiment.purposes = {Purpose::latency};
    experiment.axes = {{.name = "wait_ns", .unit = "ns", .values = {100, 1000}, .middle = 100}};
    EXPECT_EQ(names_of(expanded(experiment, two_cores())),
              (std::vector<std::string>{"waits/length/futex/workers:1/placement:spread/purpose:latency",
                                        "waits/length/futex/workers:1/placement:spread/wait_ns:1000/purpose:latency"}));
}

TEST(Expansion, VariesOneAxisAtATime) {
    auto experiment = tests::fake_experiment("locks/shape", {"mutex"});
    experiment.axes = {{.name = "critical", .unit = "ns", .values = {10, 100, 0.5}, .middle = 100},
                       {.name = "outside", .unit = "ns", .values = {0, 50}, .middle = 50}};
    EXPECT_EQ(names_of(expanded(experiment, two_cores())), (std::vector<std::string>{
                                                               "locks/shape/mutex/workers:1/placement:spread",
                                                               "locks/shape/mutex/workers:1/placement:spread/critical:10",
                                                               "locks/shape/mutex/workers:1/placement:spread/critical:0.5",
                                                               "locks/shape/mutex/workers:1/placement:spread/outside:0",
                                                           }));
    for (const auto& point : expanded(experiment, two_cores())) EXPECT_EQ(point.parameters.size(), 2U);
}

TEST(Expansion, MeasuresLatencyAndCountsApartWhereThereAreAny) {
    auto experiment = tests::fake_experiment("locks/tallies", {"plain", "telling"});
    experiment.purposes = {Purpose::throughput, Purpose::latency, Purpose::counts};
    experiment.variants[1].records_latency = true;
    experiment.variants[1].tallies = {"cas_failures"};
    experiment.axes = {{.name = "stride", .unit = "bytes", .values = {8, 64}, .middle = 8}};
    EXPECT_EQ(names_of(expanded(experiment, two_cores())), (std::vector<std::string>{
                                                               "locks/tallies/plain/workers:1/placement:spread",
                                                               "locks/tallies/plain/workers:1/placement:spread/stride:64",
                                                               "locks/tallies/telling/workers:1/placement:spread",
                                                               "locks/tallies/telling/workers:1/placement:spread/purpose:latency",
                                                               "locks/tallies/telling/workers:1/placement:spread/purpose:counts",
                                                               "locks/tallies/telling/workers:1/placement:spread/stride:64",
                                                           }));
}

TEST(Expansion, TakesCountsThatAreKnownAtTheEnd) {
    auto experiment = tests::fake_experiment("locks/tallies", {"losing"});
    experiment.purposes = {Purpose::throughput, Purpose::counts};
    experiment.variants[0].final_tallies = {"lost_updates"};
    EXPECT_EQ(names_of(expanded(experiment, two_cores())),
              (std::vector<std::string>{"locks/tallies/losing/workers:1/placement:spread",
                                        "locks/tallies/losing/workers:1/placement:spread/purpose:counts"}));
}

TEST(Expansion, SaysOnceWhatTheBuildLacks) {
    auto experiment = sharing();
    experiment.variants[1].options.absent = "the library was not found when this binary was built";
    experiment.variants[1].options.teams = {Team::threads};
    experiment.variants[1].options.teams_reason = "it is private to a process";
    auto points = expanded(experiment, two_cores());
    std::erase_if(points, [](const Point& point) { return point.variant != "packed"; });
    ASSERT_EQ(points.size(), 1U);
    EXPECT_EQ(points[0].skip, experiment.variants[1].options.absent);
    EXPECT_TRUE(points[0].cpus.empty());
}

TEST(Expansion, RespectsWhatAVariantCanDo) {
    auto experiment = sharing();
    experiment.variants[0].options = {.teams = {Team::threads}, .teams_reason = "it is private to a process", .most_workers = 1};
    experiment.variants[1].options.never_threaded = true;
    const auto points = expanded(experiment, two_cores());
    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(find(points, "sharing/counters/padded/team:processes/workers:1/placement:spread").skip,
              "it is private to a process");
    EXPECT_TRUE(find(points, "sharing/counters/packed/workers:1/placement:spread").never_threaded);
    EXPECT_TRUE(find(points, "sharing/counters/packed/team:processes/workers:1/placement:spread").skip.has_value());
}

TEST(Expansion, NamesTheNodeOnlyWhereThereAreSeveral) {
    const auto far = expanded(sharing(), machine::described("synthetic:numa:2 core:2 pu:1"));
    EXPECT_TRUE(find(far, "sharing/counters/padded/workers:1/placement:spread").node.has_value());
    EXPECT_FALSE(find(expanded(sharing(), two_cores()), "sharing/counters/padded/workers:1/placement:spread").node.has_value());
}

Experiment ways() {
    auto experiment = tests::fake_experiment("ways/one_line", {"store", "cas"});
    experiment.workers = WorkerSweep::pairs;
    experiment.placements = {Placement::same_core, Placement::same_llc, Placement::other_socket};
    experiment.pair_sampling = {.pairs_per_class = 3, .pages = 8};
    return experiment;
}

TEST(Pairs, SampleEachClassInOneLaunch) {
    const auto topology = machine::described("synthetic:package:2 l3:1 core:4 pu:1");
    const auto points = expanded(ways(), topology);
    ASSERT_EQ(points.size(), 6U);
    EXPECT_TRUE(find(points, "ways/one_line/cas/workers:2/placement:same_core").skip.has_value());
    const auto& near = find(points, "ways/one_line/store/workers:2/placement:same_llc");
    EXPECT_EQ(near.pairs.size(), 3U);
    EXPECT_EQ(near.pages, 8U);
    EXPECT_EQ(near.windows, 1U);
    EXPECT_EQ(near.cpus, (std::vector<unsigned>{near.pairs[0].first, near.pairs[0].second}));
    EXPECT_EQ(teams_started(near), 24U);
    EXPECT_EQ(expanded(ways(), topology, Breadth::taste).size(), points.size());
}

TEST(Pairs, OfACrossAreAlsoTheRowsOfAMapForTheBaseline) {
    auto points = expanded(ways(), machine::described("synthetic:package:2 l3:1 core:4 pu:2"), Breadth::cross);
    EXPECT_EQ(points.size(), 6U + 8U);
    const auto& near = find(points, "ways/one_line/store/workers:2/placement:same_llc");
    const auto& row = find(points, "ways/one_line/store/workers:2/placement:map_row/row:7");
    EXPECT_EQ(row.parameters, (std::map<std::string, double>{{"row", 7}}));
    EXPECT_EQ(row.pairs.size(), 7U);
    EXPECT_EQ(row.pages, 2U);
    EXPECT_EQ(row.window_ns, near.window_ns / 2);
    for (const auto& [first, second] : row.pairs) EXPECT_EQ(first, row.cpus[0]);
    EXPECT_EQ(cpus_used(row).size(), 8U);
    std::set<std::string> definitions;
    for (const auto& point : points) EXPECT_TRUE(definitions.insert(point.definition).second) << point.name;
}

// A launch asks for the node of each pair's pages only where the point has one.
TEST(Pairs, NameTheNodeWhereThereAreSeveral) {
    const auto topology = machine::described("synthetic:numa:2 l3:1 core:2 pu:2");
    for (const auto& point : expanded(ways(), topology, Breadth::cross))
        EXPECT_EQ(point.node.has_value(), !point.skip.has_value()) << point.name;
    for (const auto& point : expanded(ways(), two_cores(), Breadth::cross)) EXPECT_FALSE(point.node.has_value()) << point.name;
}

TEST(Pairs, HaveNoMapOnOneCore) {
    for (const auto& point : expanded(ways(), machine::described("synthetic:core:1 pu:2"), Breadth::cross))
        EXPECT_EQ(point.skip.has_value(), point.placement != Placement::same_core) << point.name;
}

class LargeMachines : public ::testing::TestWithParam<const char*> {};

TEST_P(LargeMachines, AddPointsWithTheLogarithmOfTheirCpus) {
    const auto topology = machine::described(GetParam());
    const auto points = expanded(sharing(), topology);
    EXPECT_LE(points.size(), 2U * (5U + 3U + 1U + 2U)) << "five steps, three classes, one crowd; two and all with processes";
    std::set<unsigned> allowed;
    for (const auto& cpu : topology.cpus) allowed.insert(cpu.os_id);
    for (const auto& point : points) {
        EXPECT_EQ(point.cpus.size(), point.skip ? 0U : point.workers) << point.name;
        for (const unsigned cpu : point.cpus) EXPECT_TRUE(allowed.contains(cpu));
    }
    const auto names = names_of(points);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

INSTANTIATE_TEST_SUITE_P(Described, LargeMachines,
                         ::testing::Values("synthetic:package:2 l3:1 core:64 pu:2", "synthetic:package:1 l3:1 core:128 pu:1",
                                           HYBRID_MACHINE));

TEST(Definitions, ChangeWithTheQuestionAndNothingElse) {
    const auto experiment = sharing();
    const auto description = description_of(experiment);
    const Point point = expanded(experiment, two_cores()).front();
    const auto differs = [&](auto change) {
        Point other = point;
        Description asked = description;
        change(other, asked);
        return definition_of(other, asked) != definition_of(point, description);
    };
    EXPECT_TRUE(differs([](Point& other, Description&) { other.workers = 2; }));
    EXPECT_TRUE(differs([](Point& other, Description&) { other.variant = "packed"; }));
    EXPECT_TRUE(differs([](Point& other, Description&) { other.team = Team::processes; }));
    EXPECT_TRUE(differs([](Point& other, Description&) { other.placement = Placement::compact; }));
    EXPECT_TRUE(differs([](Point& other, Description&) { other.purpose = Purpose::counts; }));
    EXPECT_TRUE(differs([](Point& other, Description&) { other.parameters["stride"] = 64; }));
    EXPECT_TRUE(differs([](Point&, Description& asked) { asked.version = 2; }));
    EXPECT_TRUE(differs([](Point&, Description& asked) { asked.metrics.front().meaning += "!"; }));
    EXPECT_FALSE(differs([](Point& other, Description& asked) {
        other.cpus = {7};
        other.batch = 12;
        other.window_ns = 9;
        other.extra_share = 0.05;
        asked.question = "asked better";
        asked.roles = {{"cycles"}};
    }));
}

// The headline of a point's experiment may be another metric: the latency itself must count.
TEST(Definitions, OfLatenciesChangeWithWhatWasRecorded) {
    Description description{.name = "a/b"};
    description.metrics = {{"time", "ns", "lower", "scalar", "of one"}};
    const auto with = [&](const std::string& latency, Purpose purpose) {
        description.latency = latency;
        return definition_of({.experiment = "a/b", .variant = "v", .purpose = purpose}, description);
    };
    EXPECT_NE(with("from the wake", Purpose::latency), with("from the intended time", Purpose::latency));
    EXPECT_EQ(with("from the wake", Purpose::throughput), with("from the intended time", Purpose::throughput));
}

// Recorded in run files that will be compared with those of later versions.
TEST(Definitions, StayWhatTheyAre) {
    Description description{.name = "a/b"};
    description.metrics = {{"time", "ns", "lower", "scalar", "of one"}};
    EXPECT_EQ(definition_of({.experiment = "a/b", .variant = "v", .workers = 2, .parameters = {{"stride", 64}}}, description),
              "a62910809b8f07f4");
}

}  // namespace
}  // namespace latchmark::runner
