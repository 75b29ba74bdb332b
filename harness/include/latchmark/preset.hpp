// How much of a catalogue is measured, and for how long.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "latchmark/experiment.hpp"

namespace latchmark {

// How far each experiment goes. One thing changes at a time; the first team and purpose go farthest, and the variants of
// Experiment::taste ("tasted"; every variant where there is none) go farther than the others. "All" workers are one a core.
//
//                      taste             steps, others    steps, tasted      cross, others      cross, tasted
// variants             tasted            yes              yes                yes                yes
// workers              1, 2, all         coarse           thinned            1, 2, 4, ... all   1, 2, 4, ... all
// placement classes    -                 -                two workers (a)    two workers        every number of workers
// oversubscribed       2x                2x               2x                 1.5x, 2x           1.5x, 2x
// axes                 `in_taste`: two   two workers      two workers        two workers        every number of workers
// their values         `taste_values`    all              all                all                all
// other teams          two workers (b)   two workers (b)  two, all           two, all           as the first
// other purposes       all workers (b)   all workers (b)  all workers        all workers        every number, every team
// pairs of CPUs        some a class      some a class     some a class       some a class       some a class
//
// (a) Not where Experiment::keeps_placements. (b) Not where Experiment::keeps_to_first.
// What is left out on the way from 1 to all workers (coarse, thinned) is left out on machines of more than 32 cores only; see
// harness/runner/steps.hpp. In a cross the baseline of a sweep of pairs also visits every pair of cores: the rows of a map.
// A sweep of two_at_placements or pairs has its classes in every breadth: they are its subject.
enum class Breadth { taste, steps, cross };

// A machine with at least so many cores measures at least so many points: fewer are a fault, not a property of the machine. Not
// promised of a catalogue that has fewer points in all.
struct Minimum {
    std::size_t cores = 1;
    std::size_t points = 1;
};

struct Preset {
    std::string name;
    std::string purpose;                     // a sentence for `list`
    std::vector<std::string> experiments{};  // families or full names; empty: the whole catalogue
    // Which of the points that the breadth takes: ECMAScript regular expressions, one of which is found in the point's name.
    // Empty: all. Experiments without a point are left out.
    std::vector<std::string> points{};
    Breadth breadth = Breadth::steps;
    unsigned rounds = 10;
    unsigned windows = 10;  // the last one is counted, the others are timed
    std::uint64_t window_ns = 10'000'000;
    std::uint64_t warm_up_ns = 50'000'000;
    // For teams whose workers take turns on a CPU, oversubscribed or on the same one. Slices of the scheduler are milliseconds
    // long: a short window would see one of them. One such window a launch.
    std::uint64_t oversubscribed_window_ns = 200'000'000;
    std::vector<Minimum> minima{};  // by machine class; the one with most cores that fits counts
};

struct Catalogue {
    std::vector<Experiment> experiments;
    std::vector<Preset> presets;
};

}  // namespace latchmark
