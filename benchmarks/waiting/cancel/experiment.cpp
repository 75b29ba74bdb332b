// How soon a pool stops when it is told to.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/waiting/cancel/workload.hpp"

latchmark::Experiment benchmarks::waiting::cancel() {
    using latchmark::variant;
    // Asked for the largest crew: a machine that cannot hold it says so once, and not at one point of the axis only.
    const latchmark::VariantOptions in_threads{.teams = {latchmark::Team::threads},
                                               .teams_reason = "the pool is made of threads of the workload's own",
                                               .lacks = [] { return lacks_crew_of(64); }};
    return {
        .name = "waiting/cancel",
        .question = "How long does it take to stop a pool of threads?",
        .mechanism =
            "A thread that works or naps learns of it when it looks again: after the rest of its piece or nap, and after "
            "the others that share its CPU. One that sleeps must be woken, and the last of many waits for its turn.",
        .operation = "request to stop, until all threads have left their loops; their next start is not timed",
        .latency = "from the request until the last thread had left its loop",
        .baseline = "stop_token_polled",
        .variants =
            {
                variant<Cancel<PollsBetweenPieces>>("stop_token_polled",
                                                    "std::stop_token, looked at between pieces of 10 us of work", in_threads),
                variant<Cancel<PollsBetweenNaps>>("flag_between_naps", "flag, looked at after each nap of 1 ms", in_threads),
                variant<Cancel<WaitsWithStopToken>>("stop_callback", "condition_variable_any woken by the stop_token",
                                                    in_threads),
                variant<Cancel<TakesPills>>("poison_pills", "a pill for each thread through their queue", in_threads),
                variant<Cancel<WatchesEventfd>>("eventfd", "an epoll loop each, all watching one eventfd", in_threads),
                variant<Cancel<HeedsSignal>>("signal", "a signal to each, which interrupts ppoll", in_threads),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "pool",
                  .unit = "1",
                  .values = {1, 4, 16, 64},
                  .middle = 4,
                  .variants = {"flag_between_naps", "stop_callback", "poison_pills"}}},
        .taste = {"stop_token_polled", "stop_callback", "poison_pills"},
        .expects = [](const std::string& variant, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms =
                        variant == "stop_token_polled" ? 3 * setting.parameter("pool") : 0.02 * setting.parameter("pool")};
        },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::waiting(),
    };
}
