// Presets. Rounds of six or more: fewer launches have no 95 % interval of their median. Minima are four fifths of what the
// poorest machine of a class plans: libraries that were not found and what only calibrating shows to be lacking may cost the
// rest.
#include "benchmarks/presets.hpp"

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

// Negative controls compare two sides; a run of one side would only measure them.
constexpr const char* kNoControls = "^(?!instrument/unchanged/)";

// A point or two of each family that a change to the code under test would show in, alone and contended: fast ones, and few
// enough for some hundred launches each. Locks and counters of one's own that are in the taste are gated with the others.
std::vector<std::string> gated_points() {
    const std::string everywhere = "/workers:[0-9]+/placement:spread$";
    const std::string contended = "/workers:([2-9]|[1-9][0-9]+)/placement:spread$";
    const std::string two = "/workers:2/placement:spread$";
    return {
        "^lock_granularity/hash_map/striped_padded" + everywhere,
        "^false_sharing/counters/(packed|padded_128)" + contended,
        "^false_sharing/queue_indices/apart" + two,
        "^contention/locks/[^/]+" + everywhere,
        "^contention/counter/(fetch_add_relaxed|cas_loop)" + everywhere,
        "^contention/reader_writer/seqlock" + everywhere,
        "^waiting/handoff/futex" + two,
        "^pools/dispatch/mutex_queue/workers:2/placement:spread/purpose:latency$",
        "^ipc/round_trip/ring_spinning/team:processes" + two,
        // One alone, and one on every CPU: what disturbs only teams would not be seen by a loop that is free to run beside it.
        "^instrument/unchanged/clock_read/workers:1/placement:spread$",
        "^instrument/unchanged/arithmetic" + contended,
    };
}

}  // namespace

std::vector<latchmark::Preset> benchmarks::presets() {
    using latchmark::Breadth;
    return {
        {.name = "quick",
         .purpose = "a taste of every experiment: one worker, two, all cores",
         .points = {kNoControls},
         .breadth = Breadth::taste,
         .rounds = 6,
         .windows = 6,
         .window_ns = 5 * kMillisecond,
         .warm_up_ns = 20 * kMillisecond,
         .minima = {{.cores = 1, .points = 50}, {.cores = 2, .points = 115}, {.cores = 8, .points = 145}}},
        {.name = "standard",
         .purpose = "every experiment over 1, 2, ... all cores",
         .points = {kNoControls},
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
        {.name = "gate",
         .purpose = "what a comparison of two binaries measures: about twenty points and its negative controls",
         .points = gated_points(),
         .breadth = Breadth::taste,
         .rounds = 20,
         .windows = 6,
         .window_ns = 5 * kMillisecond,
         .warm_up_ns = 20 * kMillisecond},
        {.name = "lock_granularity", .purpose = "the family at the depth of standard", .experiments = {"lock_granularity"}},
        {.name = "false_sharing", .purpose = "the family at the depth of standard", .experiments = {"false_sharing"}},
        {.name = "contention", .purpose = "the family at the depth of standard", .experiments = {"contention"}},
        {.name = "waiting", .purpose = "the family at the depth of standard", .experiments = {"waiting"}},
        {.name = "pools", .purpose = "the family at the depth of standard", .experiments = {"pools"}},
        {.name = "ipc", .purpose = "the family at the depth of standard", .experiments = {"ipc"}},
        {.name = "instrument", .purpose = "the instrument measures itself", .experiments = {"instrument"}},
    };
}
