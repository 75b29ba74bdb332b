// Descriptions: what is refused, and what a file keeps of them.
#include "harness/runner/description.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "harness/tests/runner/fake_catalogue.hpp"

namespace latchmark::runner {
namespace {

Experiment three_locks() {
    auto experiment = tests::fake_experiment("locks/shapes", {"floor", "mutex", "packed"});
    experiment.variants[2].options.baseline = "mutex";
    experiment.taste = {"floor", "mutex"};
    experiment.axes = {
        {.name = "stripes", .unit = "locks", .values = {1, 4}, .middle = 1, .variants = {"mutex"}, .in_taste = true}};
    return experiment;
}

TEST(Descriptions, SayHowVariantsAndAxesBelongTogether) {
    auto experiment = three_locks();
    experiment.baseline_is_floor = true;
    experiment.lockstep = true;
    experiment.negative_control = true;
    experiment.variants[1].parts.names = {"reader", "writer"};
    const auto json = to_json(description_of(experiment));
    EXPECT_EQ(json["baseline_is_floor"], true);
    EXPECT_EQ(json["scales"], false);
    EXPECT_EQ(json["negative_control"], true);
    EXPECT_EQ(json["variants"][0]["baseline"], nullptr);
    EXPECT_EQ(json["variants"][2]["baseline"], "mutex");
    EXPECT_EQ(json["variants"][0]["parts"], nlohmann::json::array());
    EXPECT_EQ(json["variants"][1]["parts"], (nlohmann::json{"reader", "writer"}));
    EXPECT_EQ(json["axes"][0]["variants"], nlohmann::json{"mutex"});
    EXPECT_EQ(to_json(description_from(json)), json);
}

TEST(Descriptions, OfEarlierPlansAreRead) {
    auto json = to_json(description_of(three_locks()));
    json.erase("baseline_is_floor");
    json.erase("scales");
    json.erase("negative_control");
    json["variants"][2].erase("baseline");
    json["variants"][2].erase("parts");
    json["axes"][0].erase("variants");
    const auto read = description_from(json);
    EXPECT_TRUE(!read.baseline_is_floor && read.scales && !read.negative_control);
    EXPECT_EQ(read.variants[2].baseline, "");
    EXPECT_TRUE(read.axes[0].variants.empty());
}

// What is wrong is said after the experiment's name.
TEST(Descriptions, ThatContradictThemselvesAreRefused) {
    const auto refusal = [](auto change) -> std::string {
        auto experiment = three_locks();
        change(experiment);
        try {
            static_cast<void>(description_of(experiment));
        } catch (const std::invalid_argument& problem) {
            const std::string said = problem.what();
            const std::string begin = "experiment " + experiment.name + ": ";
            return said.starts_with(begin) ? said.substr(begin.size()) : "without the name: " + said;
        }
        return "accepted";
    };
    EXPECT_EQ(refusal([](Experiment&) {}), "accepted");
    EXPECT_EQ(refusal([](Experiment& it) { it.name = "locks"; }), "the name must be family/experiment");
    EXPECT_EQ(refusal([](Experiment& it) { it.baseline = "none"; }), "the baseline none is no variant");
    EXPECT_EQ(refusal([](Experiment& it) { it.variants[1].name = "floor"; }), "two variants are named floor");
    EXPECT_EQ(refusal([](Experiment& it) { it.variants[0].options.teams = {Team::threads}; }),
              "variant floor leaves teams out and gives no reason");
    EXPECT_EQ(refusal([](Experiment& it) { it.ties_at_one_worker = {"other"}; }),
              "ties_at_one_worker names other, which is no variant");
    EXPECT_EQ(refusal([](Experiment& it) { it.taste.push_back("other"); }), "the taste names other, which is no variant");
    EXPECT_EQ(refusal([](Experiment& it) { it.taste = {"mutex"}; }), "the taste leaves the baseline out");
    EXPECT_EQ(refusal([](Experiment& it) {
                  it.taste = {"floor", "packed"};
              }),
              "the taste has variant packed without its baseline mutex");
    EXPECT_EQ(refusal([](Experiment& it) { it.variants[2].options.baseline = "other"; }),
              "the baseline of variant packed names other, which is no variant");
    EXPECT_EQ(refusal([](Experiment& it) { it.variants[2].options.baseline = "packed"; }), "variant packed is its own baseline");
    EXPECT_EQ(refusal([](Experiment& it) { it.axes[0].middle = 2; }), "the middle of axis stripes is none of its values");
    EXPECT_EQ(refusal([](Experiment& it) { it.axes[0].variants = {"other"}; }), "axis stripes names other, which is no variant");
    EXPECT_EQ(refusal([](Experiment& it) { it.axes.push_back(it.axes[0]); }), "two axes are named stripes");
    EXPECT_EQ(refusal([](Experiment& it) { it.teams.clear(); }), "it has no team or no purpose");
    EXPECT_EQ(refusal([](Experiment& it) { it.purposes.clear(); }), "it has no team or no purpose");
    EXPECT_EQ(refusal([](Experiment& it) { it.placements = {Placement::map_row}; }),
              "map_row is no placement of a team; WorkerSweep::pairs adds the rows where they are wanted");
    EXPECT_EQ(refusal([](Experiment& it) { it.workers = WorkerSweep::two_at_placements; }),
              "its workers are two at placements, and it has no placement");
    for (const VariantOptions& alone : {VariantOptions{.most_workers = 1}, VariantOptions{.never_threaded = true}}) {
        EXPECT_EQ(refusal([&](Experiment& it) {
                      it.workers = WorkerSweep::two_to_all_cores;
                      it.variants[1].options = alone;
                  }),
                  "variant mutex is for one worker, and every team has at least two");
    }
    EXPECT_EQ(refusal([](Experiment& it) {
                  it.axes[0].taste_values = {4, 5};
              }),
              "the taste of axis stripes has a value that is none of its values");
    EXPECT_EQ(refusal([](Experiment& it) {
                  it.axes[0].taste_values = {4};
                  it.axes[0].in_taste = false;
              }),
              "axis stripes has values for a taste and is not in it");
    EXPECT_EQ(refusal([](Experiment& it) { it.purposes = {Purpose::latency}; }),
              "variant floor does not record what the experiment is first taken for");
    EXPECT_EQ(refusal([](Experiment& it) { it.purposes = {Purpose::counts}; }),
              "variant floor does not record what the experiment is first taken for");
    const auto as_pairs = [](Experiment& it) {
        it.workers = WorkerSweep::pairs;
        it.placements = {Placement::same_llc};
    };
    EXPECT_EQ(refusal(as_pairs), "pairs of CPUs are measured without axes");
    EXPECT_EQ(refusal([&](Experiment& it) {
                  as_pairs(it);
                  it.variants[0].quantities = {{"held", "B", "lower", "memory that is held"}};
              }),
              "pairs of CPUs are measured without quantities");
    EXPECT_EQ(refusal([&](Experiment& it) {
                  as_pairs(it);
                  it.axes.clear();
                  it.pair_sampling.pages = 0;
              }),
              "it samples no pair or no page");
}

std::string refusal_of_quantities(const std::vector<Quantity>& floor, const std::vector<Quantity>& mutex) {
    auto experiment = three_locks();
    experiment.variants[0].quantities = floor;
    experiment.variants[1].quantities = mutex;
    try {
        static_cast<void>(description_of(experiment));
    } catch (const std::invalid_argument& problem) {
        return std::string(problem.what()).substr(("experiment " + experiment.name + ": ").size());
    }
    return "accepted";
}

TEST(Quantities, AreMetricsOfNamesOfTheirOwn) {
    constexpr Quantity kHeld{"held", "B", "lower", "memory that is held"};
    EXPECT_EQ(refusal_of_quantities({kHeld}, {kHeld}), "accepted");
    EXPECT_EQ(refusal_of_quantities({kHeld, kHeld}, {}), "variant floor has two quantities named held");
    EXPECT_EQ(refusal_of_quantities({kHeld}, {{"held", "KiB", "lower", "memory that is held"}}),
              "two variants mean different things by the quantity held");
    EXPECT_EQ(refusal_of_quantities({{"Held", "B", "lower", "memory"}}, {}), "the quantity 'Held' is not in snake_case");
    EXPECT_EQ(refusal_of_quantities({{"", "B", "lower", "memory"}}, {}), "the quantity '' is not in snake_case");
    EXPECT_EQ(refusal_of_quantities({{"held", "B", "less", "memory"}}, {}),
              "the direction of the quantity held is none of lower, higher, none");
    EXPECT_EQ(refusal_of_quantities({{"held", "", "lower", "memory"}}, {}), "the quantity held has no unit or no meaning");
    EXPECT_EQ(refusal_of_quantities({{"throughput", "1", "higher", "of one"}}, {}),
              "the quantity throughput has the name of another metric");
}

}  // namespace
}  // namespace latchmark::runner
