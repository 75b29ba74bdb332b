// One slow handler among quick ones.
#include <exception>
#include <optional>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/loop_blocked/workload.hpp"

namespace {

using benchmarks::pools::LoopBlocked;
using benchmarks::pools::SlowWork;

constexpr double kMillisecond = 1'000'000;

// One is built on trial: limits on descriptors and threads say no there.
template <SlowWork kSlowWork>
std::optional<std::string> lacks() {
    try {
        const LoopBlocked<kSlowWork> trial({.parameters = {{"slow_time", kMillisecond}}});
    } catch (const std::exception& problem) {
        return problem.what();
    }
    return std::nullopt;
}

template <SlowWork kSlowWork>
latchmark::Variant variant(const std::string& name, const std::string& summary) {
    return latchmark::variant<LoopBlocked<kSlowWork>>(name, summary, {.lacks = lacks<kSlowWork>});
}

}  // namespace

latchmark::Experiment benchmarks::pools::loop_blocked() {
    return {
        .name = "pools/loop_blocked",
        .question =
            "What does one slow handler in an event loop cost the other events, and what if its work is handed to a pool?",
        .mechanism =
            "A loop handles one event at a time: while a handler works, whatever arrives waits, and afterwards all of it at "
            "once. Work that is handed over costs a wake-up and a message back, and the loop goes on.",
        .operation = "episode of 100 events 50 us apart, one of them slow",
        .latency = "the time an event other than the slow one was due to its handler's end",
        .baseline = "no_slow_events",
        .variants =
            {
                variant<SlowWork::none>("no_slow_events", "the slow event is as quick as the others"),
                variant<SlowWork::in_the_loop>("all_in_loop", "the slow event is handled where it arrives"),
                variant<SlowWork::in_a_pool>("slow_to_pool",
                                             "a pool of one thread does the slow work and tells the loop when it is done"),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "slow_time",
                  .unit = "ns",
                  .values = {kMillisecond, 3 * kMillisecond},
                  .middle = kMillisecond,
                  .variants = {"all_in_loop", "slow_to_pool"}}},
        .baseline_is_floor = true,
        .expects = [](const std::string&, const latchmark::Setting&) -> latchmark::Expected { return {.operation_ms = 5}; },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::waiting(),
    };
}
