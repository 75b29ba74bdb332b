// The presets over the whole catalogue, on machines that need not exist: sane, bounded, and never mostly skipped.
#include "benchmarks/catalogue.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/machine/placement.hpp"
#include "harness/machine/topology.hpp"
#include "harness/runner/plan.hpp"

namespace {

using latchmark::Placement;
using latchmark::machine::Cpu;
using latchmark::machine::Topology;
using latchmark::runner::Plan;
using latchmark::runner::Point;

const latchmark::Catalogue& catalogue() {
    static const auto all = benchmarks::catalogue();
    return all;
}

struct Machine {
    const char* description;
    double most_quick_points;
};

constexpr Machine kOneCore{"synthetic:core:1 pu:1", 155};
constexpr Machine kTwoCores{"synthetic:core:2 pu:1", 155};
constexpr Machine kDesktop{"synthetic:core:8 pu:2", 220};
constexpr Machine kTwoSockets{"synthetic:package:2 l3:1 core:64 pu:2", 220};
constexpr Machine kManyCaches{"synthetic:package:2 l3:8 core:8 pu:2", 220};
constexpr Machine kOddCaches{"synthetic:package:2 l3:4 core:12 pu:2", 220};
constexpr Machine kArm{"synthetic:package:1 l3:1 core:128 pu:1", 220};
constexpr Machine kHybrid{HYBRID_MACHINE, 220};

// Readable where a test fails.
void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.description; }

class Presets : public ::testing::TestWithParam<Machine> {
protected:
    [[nodiscard]] Plan plan(const std::string& preset) const {
        return latchmark::runner::plan_of(catalogue(), latchmark::runner::find_preset(catalogue(), preset), topology_, "", 0);
    }

    [[nodiscard]] static std::vector<Point> measured(const Plan& plan) {
        auto points = plan.points;
        std::erase_if(points, [](const Point& point) { return point.skip.has_value(); });
        return points;
    }

    Topology topology_ = latchmark::machine::described(GetParam().description);
};

TEST_P(Presets, SayOfEveryPointWhereItIsOrWhyNot) {
    for (const auto& preset : catalogue().presets) {
        std::set<std::string> definitions;
        for (const auto& point : plan(preset.name).points) {
            EXPECT_TRUE(definitions.insert(point.definition).second) << point.name;
            if (point.skip)
                EXPECT_TRUE(!point.skip->empty() && point.cpus.empty() && point.pairs.empty()) << point.name;
            else
                EXPECT_EQ(point.cpus.size(), point.workers) << point.name;
        }
    }
}

// A small preset is no other measurement than a large one: the same points can be compared.
TEST_P(Presets, AreContainedInWiderOnes) {
    const auto names = [&](const char* preset) {
        std::set<std::string> found;
        for (const auto& point : plan(preset).points) found.insert(point.name);
        return found;
    };
    const auto quick = names("quick");
    const auto standard = names("standard");
    const auto full = names("full");
    for (const auto& name : quick) EXPECT_TRUE(standard.contains(name)) << name;
    for (const auto& name : standard) EXPECT_TRUE(full.contains(name)) << name;
}

TEST_P(Presets, StayWithinTheirBudgets) {
    constexpr double kHour = 3600;
    const auto quick = plan("quick");
    EXPECT_LE(static_cast<double>(measured(quick).size()), GetParam().most_quick_points);
    const auto standard = plan("standard");
    EXPECT_LE(measured(standard).size(), 910U);
    EXPECT_LE(expected_s(standard, 1), kHour);
    EXPECT_LE(expected_s(plan("full"), 1), 3 * kHour);
}

TEST_P(Presets, PromiseMostOfWhatTheyMeasure) {
    for (const auto& preset : catalogue().presets) {
        if (preset.minima.empty()) continue;
        const auto planned = plan(preset.name);
        ASSERT_TRUE(planned.minimum_points.has_value()) << preset.name;
        const auto points = measured(planned).size();
        EXPECT_GE(points, *planned.minimum_points) << preset.name;
        // A promise that is far below what there is would let half a catalogue vanish.
        EXPECT_LE(static_cast<double>(points), 2.0 * static_cast<double>(*planned.minimum_points)) << preset.name;
    }
}

// A gate launches each of its points some hundred times: they are few and quick everywhere, and nobody waits for a CPU.
TEST_P(Presets, GateAFewQuickPointsAndTheControls) {
    constexpr double kLongestLaunchS = 0.15;
    const auto gate = plan("gate");
    std::size_t controls = 0;
    for (const auto& point : measured(gate)) {
        EXPECT_NE(point.placement, Placement::oversubscribed) << point.name;
        EXPECT_LE(latchmark::runner::launch_s(point), kLongestLaunchS) << point.name;
        if (point.experiment == "instrument/unchanged") ++controls;
    }
    // One alone, and as many as are to be gated: two, and all.
    const std::size_t cores = latchmark::machine::worker_steps(topology_).back();
    EXPECT_EQ(controls, std::min<std::size_t>(cores, 3));
    EXPECT_LE(measured(gate).size(), 40U);
    if (latchmark::machine::worker_steps(topology_).back() > 1) {
        EXPECT_GE(measured(gate).size(), 18U);
    }
}

// What the placements of one point have in common, by its CPUs.
class Seats {
public:
    explicit Seats(const Topology& topology) {
        for (const auto& cpu : topology.cpus) cpu_of_.emplace(cpu.os_id, cpu);
    }

    [[nodiscard]] std::size_t distinct(const std::vector<unsigned>& os_ids, unsigned Cpu::*what) const {
        std::set<unsigned> values;
        for (const unsigned id : os_ids) values.insert(cpu_of_.at(id).*what);
        return values.size();
    }

    [[nodiscard]] bool neighbours_differ(const std::vector<unsigned>& os_ids, unsigned Cpu::*what) const {
        for (std::size_t i = 1; i < os_ids.size(); ++i)
            if (cpu_of_.at(os_ids[i - 1]).*what == cpu_of_.at(os_ids[i]).*what) return false;
        return true;
    }

    [[nodiscard]] bool are_as_named(Placement placement, const std::vector<unsigned>& os_ids) const {
        const std::size_t cores = distinct(os_ids, &Cpu::core);
        const bool has_own_cores = cores == os_ids.size();
        switch (placement) {
            case Placement::oversubscribed:
                return true;
            case Placement::same_cpu:
                return distinct(os_ids, &Cpu::os_id) == 1;
            case Placement::same_core:
                return cores == 1;
            case Placement::same_llc:
                return has_own_cores && distinct(os_ids, &Cpu::llc) == 1;
            case Placement::other_llc:
                return has_own_cores && distinct(os_ids, &Cpu::package) == 1 && neighbours_differ(os_ids, &Cpu::llc);
            case Placement::other_socket:
                return has_own_cores && neighbours_differ(os_ids, &Cpu::package);
            default:
                return has_own_cores;
        }
    }

private:
    std::map<unsigned, Cpu> cpu_of_{};
};

TEST_P(Presets, PlaceWorkersAsTheClassSays) {
    const Seats seats(topology_);
    for (const auto& point : measured(plan("full"))) {
        EXPECT_TRUE(seats.are_as_named(point.placement, point.cpus)) << point.name;
        for (const auto& [first, second] : point.pairs)
            EXPECT_TRUE(seats.are_as_named(point.placement, {first, second})) << point.name << ' ' << first << ' ' << second;
        // Unlike cores meet nowhere but in the map of all of them.
        EXPECT_TRUE(point.placement == Placement::map_row || seats.distinct(point.cpus, &Cpu::kind) == 1) << point.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Described, Presets,
                         ::testing::Values(kOneCore, kTwoCores, kDesktop, kTwoSockets, kManyCaches, kOddCaches, kArm, kHybrid));

TEST(Catalogue, TakesAnAfternoonAtMostOnFourSockets) {
    const auto topology = latchmark::machine::described("synthetic:package:4 l3:1 core:36 pu:2");
    const auto& full = latchmark::runner::find_preset(catalogue(), "full");
    EXPECT_LE(expected_s(latchmark::runner::plan_of(catalogue(), full, topology, "", 0), 1), 3 * 3600.0);
}

// On the smallest machine that has contention the gate is as small as it gets, and each of its expressions finds a point.
TEST(Catalogue, GatesAboutTwentyPointsOnTwoCores) {
    const auto topology = latchmark::machine::described("synthetic:core:2 pu:1");
    const auto& gate = latchmark::runner::find_preset(catalogue(), "gate");
    const auto points = latchmark::runner::plan_of(catalogue(), gate, topology, "", 0).points.size();
    EXPECT_TRUE(points >= 18 && points <= 22) << points;
    for (const auto& expression : gate.points) {
        auto alone = gate;
        alone.points = {expression};
        EXPECT_FALSE(latchmark::runner::plan_of(catalogue(), alone, topology, "", 0).points.empty()) << expression;
    }
}

// They are measured where two sides are compared and where everything is, and described as what they are.
TEST(Catalogue, KeepsNegativeControlsForGates) {
    const auto topology = latchmark::machine::described("synthetic:core:2 pu:1");
    const auto controls_in = [&](const char* preset) {
        std::set<std::string> names;
        const auto& chosen = latchmark::runner::find_preset(catalogue(), preset);
        for (const auto& experiment : latchmark::runner::plan_of(catalogue(), chosen, topology, "", 0).experiments)
            if (experiment.negative_control) names.insert(experiment.name);
        return names;
    };
    const std::set<std::string> all{"instrument/unchanged"};
    EXPECT_EQ(controls_in("quick"), std::set<std::string>{});
    EXPECT_EQ(controls_in("standard"), std::set<std::string>{});
    EXPECT_EQ(controls_in("gate"), all);
    EXPECT_EQ(controls_in("full"), all);
}

TEST(Catalogue, HasAPresetForEachFamily) {
    std::set<std::string> presets;
    for (const auto& preset : catalogue().presets) presets.insert(preset.name);
    for (const auto& experiment : catalogue().experiments)
        EXPECT_TRUE(presets.contains(experiment.name.substr(0, experiment.name.find('/')))) << experiment.name;
}

TEST(Catalogue, SaysInAFewWordsWhatEachVariantIs) {
    for (const auto& experiment : catalogue().experiments) {
        EXPECT_TRUE(experiment.question.ends_with('?')) << experiment.name;
        EXPECT_FALSE(experiment.mechanism.empty() || experiment.operation.empty()) << experiment.name;
        for (const auto& variant : experiment.variants)
            EXPECT_FALSE(variant.summary.empty()) << experiment.name << '/' << variant.name;
    }
}

}  // namespace
