// The table of latchmark/preset.hpp, cell by cell, and the steps on machines of every size.
#include "harness/runner/sweep.hpp"

#include <gtest/gtest.h>
#include <string>

#include "harness/machine/topology.hpp"
#include "harness/runner/steps.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"

namespace latchmark::runner {
namespace {

// Two sockets of four cores with siblings.
const machine::Topology& eight_cores() {
    static const auto topology = machine::described("synthetic:package:2 l3:1 core:4 pu:2");
    return topology;
}

Experiment locks() {
    auto experiment = tests::fake_experiment("locks/shapes", {"floor", "plain"});
    experiment.workers = WorkerSweep::one_to_all_cores;
    experiment.teams = {Team::threads, Team::processes};
    experiment.purposes = {Purpose::throughput, Purpose::latency};
    experiment.placements = {Placement::same_core, Placement::same_llc};
    experiment.oversubscribed = true;
    experiment.taste = {"floor"};
    experiment.axes = {{.name = "stripes", .unit = "", .values = {1, 4}, .middle = 1}};
    return experiment;
}

std::string text_of(const std::vector<Place>& places) {
    std::string text;
    for (const auto& place : places)
        text += (text.empty() ? "" : " ") + std::string(name_of(place.placement)) + ':' + std::to_string(place.workers);
    return text;
}

struct Cells {
    std::string widest, other_team, other_purpose, other_both, off_middle, other_team_off_middle;
    friend bool operator==(const Cells&, const Cells&) = default;
};

Cells cells(const Experiment& experiment, Breadth breadth, std::size_t variant) {
    const Sweep sweep(experiment, breadth, eight_cores());
    const Variant& what = experiment.variants[variant];
    const auto at = [&](Team team, Purpose purpose) { return text_of(sweep.places(what, team, purpose)); };
    const auto off = [&](Team team) { return text_of(sweep.places_off_middle(what, team, experiment.axes[0])); };
    return {at(Team::threads, Purpose::throughput),
            at(Team::processes, Purpose::throughput),
            at(Team::threads, Purpose::latency),
            at(Team::processes, Purpose::latency),
            off(Team::threads),
            off(Team::processes)};
}

void expect_cells(const Cells& found, const Cells& expected) {
    EXPECT_EQ(found.widest, expected.widest);
    EXPECT_EQ(found.other_team, expected.other_team);
    EXPECT_EQ(found.other_purpose, expected.other_purpose);
    EXPECT_EQ(found.other_both, expected.other_both);
    EXPECT_EQ(found.off_middle, expected.off_middle);
    EXPECT_EQ(found.other_team_off_middle, expected.other_team_off_middle);
}

TEST(Sweeps, OfATaste) {
    auto experiment = locks();
    EXPECT_FALSE(Sweep(experiment, Breadth::taste, eight_cores()).has(experiment.variants[1]));
    expect_cells(cells(experiment, Breadth::taste, 0),
                 {"spread:1 spread:2 spread:8 oversubscribed:32", "spread:2", "spread:8", "", "", ""});
    experiment.axes[0].in_taste = true;
    EXPECT_EQ(cells(experiment, Breadth::taste, 0).off_middle, "spread:2");
}

TEST(Sweeps, OfATasteTakeTheValuesThatItNames) {
    const auto experiment = locks();
    Axis axis{.name = "size", .unit = "B", .values = {1, 8, 64, 512}, .middle = 64, .in_taste = true};
    using Values = std::vector<double>;
    const auto values = [&](Breadth breadth) { return Sweep(experiment, breadth, eight_cores()).values_off_middle(axis); };
    EXPECT_EQ(values(Breadth::taste), (Values{1, 8, 512}));
    axis.taste_values = {8, 64};
    EXPECT_EQ(values(Breadth::taste), Values{8});
    EXPECT_EQ(values(Breadth::steps), (Values{1, 8, 512}));
    EXPECT_EQ(values(Breadth::cross), (Values{1, 8, 512}));
}

TEST(Sweeps, OfSteps) {
    expect_cells(cells(locks(), Breadth::steps, 0),
                 {"spread:1 spread:2 spread:4 spread:8 same_core:2 same_llc:2 oversubscribed:32", "spread:2 spread:8", "spread:8",
                  "", "spread:2", ""});
    expect_cells(cells(locks(), Breadth::steps, 1),
                 {"spread:1 spread:2 spread:4 spread:8 oversubscribed:32", "spread:2", "spread:8", "", "spread:2", ""});
}

TEST(Sweeps, OfACross) {
    const std::string every = "spread:1 spread:2 spread:4 spread:8";
    const std::string widest = every + " same_core:2 same_llc:2 same_llc:4 oversubscribed:24 oversubscribed:32";
    expect_cells(cells(locks(), Breadth::cross, 0), {widest, widest, every, every, every, every});
    expect_cells(cells(locks(), Breadth::cross, 1), {every + " same_core:2 same_llc:2 oversubscribed:24 oversubscribed:32",
                                                     "spread:2 spread:8", "spread:8", "", "spread:2", ""});
}

// One breadth later than others'.
TEST(Sweeps, ThatKeepToTheFirstLeaveOtherTeamsAndPurposesToWiderPresets) {
    auto experiment = locks();
    experiment.keeps_to_first = true;
    for (const auto& [breadth, variant] : {std::pair{Breadth::taste, 0U}, {Breadth::steps, 1U}}) {
        const auto found = cells(experiment, breadth, variant);
        EXPECT_EQ(found.widest, cells(locks(), breadth, variant).widest);
        EXPECT_EQ(found.other_team + found.other_purpose + found.other_both, "");
    }
    EXPECT_EQ(cells(experiment, Breadth::steps, 0), cells(locks(), Breadth::steps, 0));
    for (const std::size_t variant : {0U, 1U})
        EXPECT_EQ(cells(experiment, Breadth::cross, variant), cells(locks(), Breadth::cross, variant));
}

// It would have no axes and no other purpose, since its first team is not that of the experiment.
TEST(Sweeps, OfAVariantForOneTeamTakeItAsTheFirst) {
    auto experiment = locks();
    experiment.variants[0].options.teams = {Team::processes};
    const auto usual = cells(locks(), Breadth::steps, 0);
    const auto found = cells(experiment, Breadth::steps, 0);
    EXPECT_EQ(found.other_team, usual.widest);
    EXPECT_EQ(found.other_both, usual.other_purpose);
    EXPECT_EQ(found.other_team_off_middle, usual.off_middle);
}

// Its time alone would pass for that of the whole work.
TEST(Sweeps, TellWhatAVariantLosesWhereverTheyTellItsTime) {
    auto experiment = locks();
    experiment.keeps_to_first = true;
    experiment.purposes = {Purpose::throughput, Purpose::counts};
    const auto counted = [&](Team team) {
        const Sweep sweep(experiment, Breadth::taste, eight_cores());
        return text_of(sweep.places(experiment.variants[0], team, Purpose::counts));
    };
    EXPECT_EQ(counted(Team::threads), "");
    experiment.variants[0].final_tallies = {"lost_updates"};
    EXPECT_EQ(counted(Team::threads), "spread:8");
    EXPECT_EQ(counted(Team::processes), "");
}

TEST(Sweeps, ThatKeepTheirPlacementsHaveThemInACross) {
    auto experiment = locks();
    experiment.keeps_placements = true;
    EXPECT_EQ(cells(experiment, Breadth::steps, 0).widest, "spread:1 spread:2 spread:4 spread:8 oversubscribed:32");
    EXPECT_EQ(cells(experiment, Breadth::cross, 0), cells(locks(), Breadth::cross, 0));
}

TEST(Sweeps, OfOneWorkerHaveNoPlacementsOfTwo) {
    auto experiment = locks();
    experiment.workers = WorkerSweep::one;
    experiment.oversubscribed = false;
    const auto found = cells(experiment, Breadth::steps, 0);
    EXPECT_EQ(found.other_team, "spread:1");
    EXPECT_EQ(found.off_middle, "spread:1");
    EXPECT_EQ(found.widest, "spread:1");
}

TEST(Sweeps, OfAnAxisConcernItsVariants) {
    auto experiment = locks();
    experiment.axes[0].variants = {"plain"};
    EXPECT_EQ(cells(experiment, Breadth::steps, 0).off_middle, "");
    EXPECT_EQ(cells(experiment, Breadth::steps, 1).off_middle, "spread:2");
}

TEST(Sweeps, OfTwoAtPlacementsAreTheirClassesInEveryBreadth) {
    auto experiment = locks();
    experiment.workers = WorkerSweep::two_at_placements;
    for (const auto breadth : {Breadth::taste, Breadth::steps, Breadth::cross}) {
        const auto found = cells(experiment, breadth, 0);
        EXPECT_EQ(found.widest, "same_core:2 same_llc:2");
        EXPECT_EQ(found.other_purpose, "same_core:2 same_llc:2");
    }
}

TEST(Sweeps, WithoutATasteTasteEverything) {
    auto experiment = locks();
    experiment.taste.clear();
    EXPECT_TRUE(Sweep(experiment, Breadth::taste, eight_cores()).has(experiment.variants[1]));
    EXPECT_EQ(cells(experiment, Breadth::cross, 1), cells(experiment, Breadth::cross, 0));
}

TEST(Sweeps, OnOneCpuHaveOneCrowd) {
    const auto experiment = locks();
    const auto topology = machine::described("synthetic:core:1 pu:1");
    const Sweep sweep(experiment, Breadth::steps, topology);
    EXPECT_EQ(text_of(sweep.places(experiment.variants[1], Team::threads, Purpose::throughput)),
              "spread:1 spread:2 oversubscribed:2");
}

struct Ladder {
    const char* machine;
    std::vector<std::size_t> coarse, thinned, every;
};

// Readable where a test fails.
void PrintTo(const Ladder& ladder, std::ostream* out) { *out << ladder.machine; }

class Ladders : public ::testing::TestWithParam<Ladder> {};

TEST_P(Ladders, KeepTheEdgesOfTheMachineAndLeaveNoWideGap) {
    const auto topology = machine::described(GetParam().machine);
    EXPECT_EQ(steps_of(Rungs::coarse, topology), GetParam().coarse);
    EXPECT_EQ(steps_of(Rungs::thinned, topology), GetParam().thinned);
    EXPECT_EQ(steps_of(Rungs::every, topology), GetParam().every);
    const std::set<std::size_t> ends{1, 2, GetParam().every.back()};
    EXPECT_EQ(steps_of(Rungs::ends, topology), std::vector<std::size_t>(ends.begin(), ends.end()));
}

Ladder small(const char* machine, const std::vector<std::size_t>& steps) { return {machine, steps, steps, steps}; }

INSTANTIATE_TEST_SUITE_P(
    Described, Ladders,
    ::testing::Values(
        small("synthetic:core:1 pu:2", {1, 2}), small("synthetic:core:6 pu:1", {1, 2, 4, 6}),
        small("synthetic:package:2 l3:1 core:16 pu:2", {1, 2, 4, 8, 16, 32}),
        Ladder{"synthetic:package:1 l3:8 core:8 pu:2", {1, 2, 64}, {1, 2, 8, 64}, {1, 2, 4, 8, 16, 32, 64}},
        Ladder{"synthetic:package:2 l3:1 core:64 pu:2", {1, 2, 128}, {1, 2, 16, 64, 128}, {1, 2, 4, 8, 16, 32, 64, 128}},
        Ladder{"synthetic:package:2 l3:8 core:8 pu:2", {1, 2, 128}, {1, 2, 8, 64, 128}, {1, 2, 4, 8, 16, 32, 64, 128}},
        Ladder{"synthetic:package:1 l3:1 core:128 pu:1", {1, 2, 128}, {1, 2, 16, 128}, {1, 2, 4, 8, 16, 32, 64, 128}},
        Ladder{"synthetic:package:2 l3:8 core:12 pu:1",
               {1, 2, 192},
               {1, 2, 12, 96, 192},
               {1, 2, 4, 8, 12, 16, 32, 64, 96, 128, 192}}));

}  // namespace
}  // namespace latchmark::runner
