// The description of an experiment: a value that says what is compared, over what, and which question that answers.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latchmark/base/setting.hpp"
#include "latchmark/counters/role_set.hpp"
#include "latchmark/machine/placement.hpp"
#include "latchmark/measure/workload.hpp"

namespace latchmark {

// What a point is taken for. Latency costs clock reads and counts cost tallies, so they never share a point with throughput.
enum class Purpose { throughput, latency, counts };

struct VariantOptions {
    std::vector<Team> teams{};     // empty: those of the experiment
    std::string teams_reason{};    // why not the others
    std::size_t most_workers = 0;  // 0: no limit
    // Asked when the point is calibrated: why the variant cannot be measured on this machine, if so. Its points are then skipped.
    std::function<std::optional<std::string>()> lacks{};
    bool never_threaded = false;  // measured in a process that has never made a thread, with one worker
    std::string absent{};         // why this binary was built without it, if so: its points are skipped
    std::string baseline{};       // what it is compared with, if not with the experiment's baseline
};

// One implementation that is compared.
struct Variant {
    std::string name;
    std::string summary;  // a few words for the page
    WorkloadMaker make;
    bool records_latency = false;
    std::vector<std::string> tallies{};
    std::vector<std::string> final_tallies{};
    std::vector<Quantity> quantities{};
    Parts parts{};
    VariantOptions options{};
};

template <Workload W>
[[nodiscard]] Variant variant(const std::string& name, const std::string& summary, const VariantOptions& options = {}) {
    return {.name = name,
            .summary = summary,
            .make = [](const Setting& setting) { return make_workload<W>(setting); },
            .records_latency = RecordsLatency<W>,
            .tallies = tallies_of<W>(),
            .final_tallies = final_tallies_of<W>(),
            .quantities = quantities_of<W>(),
            .parts = parts_of<W>(),
            .options = options};
}

// A parameter that is swept, one axis at a time, while the others stay at their middle.
struct Axis {
    std::string name;
    std::string unit;
    std::vector<double> values;
    double middle = 0;
    std::vector<std::string> variants{};  // those that it concerns; the others stay at the middle. Empty: all
    bool in_taste = false;                // swept even in a quick look
    std::vector<double> taste_values{};   // which values a quick look takes beside the middle; empty: all
};

// How many workers: the harness expands it against the machine's topology.
enum class WorkerSweep {
    one,
    two,
    one_to_all_cores,
    two_to_all_cores,   // where one worker has nobody to work with
    two_at_placements,  // two workers at each of `placements`, nowhere else
    pairs,              // two workers; a launch visits several pairs of CPUs, see PairSampling
};

// What a launch visits when the subject is the way between two CPUs: each class of `placements` is sampled with some pairs, a
// wide preset takes every pair of cores, a row of the map each launch. Every pair is measured on several fresh pages.
struct PairSampling {
    unsigned pairs_per_class = 8;
    unsigned pages = 8;
};

// What a launch takes where that is much: for the time that is told before anything is measured. Calibrating finds the real one.
struct Expected {
    double set_up_ms = 0;     // of each launch, beyond the few milliseconds that any takes
    double operation_ms = 0;  // above some tenths windows are lengthened
};

struct Experiment {
    std::string name;      // family/experiment
    unsigned version = 1;  // bumped by hand when the question changes; never for a faster or slower implementation
    std::string question;
    std::string mechanism{};  // two sentences for the page
    std::string operation;    // what one operation is
    std::string latency{};    // from what to what a recorded latency is taken; empty: the time of a single operation
    std::string baseline;     // the variant the others are compared with
    std::vector<Variant> variants;
    WorkerSweep workers = WorkerSweep::one_to_all_cores;
    std::vector<Team> teams{Team::threads};
    std::vector<Placement> placements{};  // beside `spread`: measured with two workers where the machine has the class
    bool oversubscribed = false;          // more points a variant, with 1.5 and 2 times as many workers as CPUs
    bool lockstep = false;                // workers wait for one another: batches are taken together
    bool grows_with_team = false;         // an operation is more work in a larger team: its time does not show how work scales
    PairSampling pair_sampling{};         // for WorkerSweep::pairs
    std::vector<Axis> axes{};
    std::vector<std::string> taste{};  // the variants of a quick look, the baseline among them; empty: all
    // Other teams and purposes than the first are for wider presets: those of the tasted variants for Breadth::steps, all for
    // Breadth::cross. But what a variant counts at the end of a team goes with its time: it may have lost some of the work.
    bool keeps_to_first = false;
    bool keeps_placements = false;   // those are for the widest presets, of Breadth::cross
    bool baseline_is_floor = false;  // it does the same work without what is measured: a difference to it is overhead
    std::function<Expected(const std::string& variant, const Setting& setting)> expects{};  // none: short operations, no set-up
    std::vector<Purpose> purposes{Purpose::throughput};  // the first one is that of the headline metric and of the axes
    std::vector<std::string> ties_at_one_worker{};       // variants that differ only in sharing: a control
    std::vector<RoleGroup> roles{};                      // one group a launch, in rotation over the rounds
    // No change of the code under test can touch it: a difference between two sides is the machine's or the gate's own.
    bool negative_control = false;
};

}  // namespace latchmark
