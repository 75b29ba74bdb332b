// Presets. Rounds of six or more: fewer launches have no 95 % interval of their median.
#include "benchmarks/presets.hpp"

#include <utility>

namespace {

using latchmark::Breadth;
using latchmark::Preset;

constexpr std::uint64_t kMillisecond = 1'000'000;

Preset quick(std::string name, std::string purpose, std::vector<std::string> experiments) {
    return {.name = std::move(name),
            .purpose = std::move(purpose),
            .experiments = std::move(experiments),
            .breadth = Breadth::taste,
            .rounds = 6,
            .windows = 5,
            .window_ns = 5 * kMillisecond,
            .warm_up_ns = 20 * kMillisecond};
}

Preset standard(std::string name, std::string purpose, std::vector<std::string> experiments) {
    return {
        .name = std::move(name), .purpose = std::move(purpose), .experiments = std::move(experiments), .breadth = Breadth::steps};
}

}  // namespace

std::vector<Preset> benchmarks::presets() {
    return {
        quick("quick", "a taste of every experiment: one worker, two, all cores", {}),
        standard("standard", "every experiment over 1, 2, 4, ... all cores", {}),
        {.name = "full",
         .purpose = "every experiment, every placement at every number of workers; long",
         .experiments = {},
         .breadth = Breadth::cross,
         .rounds = 20,
         .windows = 9,
         .window_ns = 20 * kMillisecond,
         .warm_up_ns = 100 * kMillisecond,
         .oversubscribed_window_ns = 1000 * kMillisecond},
        standard("false_sharing", "the family at the depth of standard", {"false_sharing"}),
        standard("contention", "the family at the depth of standard", {"contention"}),
        standard("instrument", "the instrument measures itself", {"instrument"}),
    };
}
