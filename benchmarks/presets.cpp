// Presets. Rounds of six or more: fewer launches have no 95 % interval of their median. Minima are four fifths of what the
// poorest machine of a class plans: libraries that were not found and what only calibrating shows to be lacking may cost the
// rest.
#include "benchmarks/presets.hpp"

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

}  // namespace

std::vector<latchmark::Preset> benchmarks::presets() {
    using latchmark::Breadth;
    return {
        {.name = "quick",
         .purpose = "a taste of every experiment: one worker, two, all cores",
         .breadth = Breadth::taste,
         .rounds = 6,
         .windows = 6,
         .window_ns = 5 * kMillisecond,
         .warm_up_ns = 20 * kMillisecond,
         .minima = {{.cores = 1, .points = 50}, {.cores = 2, .points = 115}, {.cores = 8, .points = 145}}},
        {.name = "standard",
         .purpose = "every experiment over 1, 2, ... all cores",
         .minima = {{.cores = 1, .points = 170}, {.cores = 2, .points = 490}, {.cores = 8, .points = 620}}},
        {.name = "full",
         .purpose = "every experiment, every placement at every number of workers, every pair of cores; long",
         .breadth = Breadth::cross,
         .rounds = 12,
         .oversubscribed_window_ns = 1000 * kMillisecond,
         .minima = {{.cores = 1, .points = 255},
                    {.cores = 2, .points = 670},
                    {.cores = 8, .points = 1120},
                    {.cores = 64, .points = 2000}}},
        {.name = "lock_granularity", .purpose = "the family at the depth of standard", .experiments = {"lock_granularity"}},
        {.name = "false_sharing", .purpose = "the family at the depth of standard", .experiments = {"false_sharing"}},
        {.name = "contention", .purpose = "the family at the depth of standard", .experiments = {"contention"}},
        {.name = "waiting", .purpose = "the family at the depth of standard", .experiments = {"waiting"}},
        {.name = "pools", .purpose = "the family at the depth of standard", .experiments = {"pools"}},
        {.name = "ipc", .purpose = "the family at the depth of standard", .experiments = {"ipc"}},
        {.name = "instrument", .purpose = "the instrument measures itself", .experiments = {"instrument"}},
    };
}
