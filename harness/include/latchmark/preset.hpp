// How much of a catalogue is measured, and for how long.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "latchmark/experiment.hpp"

namespace latchmark {

// taste: one worker, two, all cores. steps: 1, 2, 4, ... one cache, one socket, all. cross: also every placement class at every
// step.
enum class Breadth { taste, steps, cross };

struct Preset {
    std::string name;
    std::string purpose;                     // a sentence for `list`
    std::vector<std::string> experiments{};  // families or full names; empty: the whole catalogue
    Breadth breadth = Breadth::steps;
    unsigned rounds = 10;
    unsigned windows = 9;
    std::uint64_t window_ns = 10'000'000;
    std::uint64_t warm_up_ns = 50'000'000;
    // Slices of the scheduler are milliseconds long: a short window would see one of them. One such window a launch.
    std::uint64_t oversubscribed_window_ns = 200'000'000;
};

struct Catalogue {
    std::vector<Experiment> experiments;
    std::vector<Preset> presets;
};

}  // namespace latchmark
