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
};

// One implementation that is compared.
struct Variant {
    std::string name;
    std::string summary;  // a few words for the page
    WorkloadMaker make;
    bool records_latency = false;
    std::vector<std::string> tallies{};
    VariantOptions options{};
};

template <Workload W>
[[nodiscard]] Variant variant(const std::string& name, const std::string& summary, const VariantOptions& options = {}) {
    return {.name = name,
            .summary = summary,
            .make = [](const Setting& setting) { return make_workload<W>(setting); },
            .records_latency = RecordsLatency<W>,
            .tallies = tallies_of<W>(),
            .options = options};
}

// A parameter that is swept, one axis at a time, while the others stay at their middle.
struct Axis {
    std::string name;
    std::string unit;
    std::vector<double> values;
    double middle = 0;
};

// How many workers: the harness expands it against the machine's topology.
enum class WorkerSweep { one, two, one_to_all_cores };

struct Experiment {
    std::string name;      // family/experiment
    unsigned version = 1;  // bumped by hand when the question changes; never for a faster or slower implementation
    std::string question;
    std::string mechanism{};  // two sentences for the page
    std::string operation;    // what one operation is
    std::string baseline;     // the variant the others are compared with
    std::vector<Variant> variants;
    WorkerSweep workers = WorkerSweep::one_to_all_cores;
    std::vector<Team> teams{Team::threads};
    std::vector<Placement> placements{};  // beside `spread`: measured with two workers where the machine has the class
    bool oversubscribed = false;          // one more point a variant, with twice as many workers as CPUs
    bool lockstep = false;                // workers wait for one another: batches are taken together
    std::vector<Axis> axes{};
    std::vector<Purpose> purposes{Purpose::throughput};
    std::vector<std::string> ties_at_one_worker{};  // variants that differ only in sharing: a control
    std::vector<RoleGroup> roles{};                 // one group a launch, in rotation over the rounds
};

}  // namespace latchmark
