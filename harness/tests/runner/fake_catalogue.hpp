// A catalogue for tests of the runner: its workloads are never run in the test's process.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "latchmark/preset.hpp"

namespace latchmark::runner::tests {

inline Variant fake_variant(std::string name) {
    const bool never_threaded = name == "never_threaded";
    return {.name = std::move(name), .summary = "a stand-in", .make = {}, .options = {.never_threaded = never_threaded}};
}

inline Experiment fake_experiment(std::string name, const std::vector<std::string>& variants) {
    Experiment experiment{
        .name = std::move(name), .question = "?", .operation = "nothing", .baseline = variants.front(), .variants = {}};
    experiment.workers = WorkerSweep::one;
    for (const auto& variant : variants) experiment.variants.push_back(fake_variant(variant));
    return experiment;
}

inline Preset fake_preset() {
    return {.name = "fake",
            .purpose = "tests",
            .breadth = Breadth::steps,
            .rounds = 3,
            .windows = 2,
            .window_ns = 1'000'000,
            .warm_up_ns = 0,
            .oversubscribed_window_ns = 2'000'000};
}

inline Catalogue fake_catalogue(const std::vector<std::string>& variants) {
    return {.experiments = {fake_experiment("fake/experiment", variants)}, .presets = {fake_preset()}};
}

}  // namespace latchmark::runner::tests
