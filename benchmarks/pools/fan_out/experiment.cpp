// Many waits at once, and who does the waiting.
#include <exception>
#include <optional>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/fan_out/workload.hpp"

namespace {

// The widest operation is made once on trial: limits on descriptors and threads say no there.
template <typename Way>
std::optional<std::string> lacks() {
    try {
        benchmarks::pools::FanOut<Way> widest({.parameters = {{"width", benchmarks::pools::kWidest}}});
        widest.run(0, 1);
    } catch (const std::exception& problem) {
        return "cannot make " + std::to_string(benchmarks::pools::kWidest) + " calls: " + problem.what();
    }
    return std::nullopt;
}

template <typename Way>
latchmark::Variant variant(const std::string& name, const std::string& summary) {
    return latchmark::variant<benchmarks::pools::FanOut<Way>>(name, summary, {.lacks = lacks<Way>});
}

}  // namespace

latchmark::Experiment benchmarks::pools::fan_out() {
    return {
        .name = "pools/fan_out",
        .question = "How are many independent waits best done: one after the other, by a thread each, by a pool, or by one loop?",
        .mechanism =
            "A wait needs no CPU, so all of them together need not last longer than the longest. What is added is what it takes "
            "to have them all under way: threads that are made, woken and waited for, or one more descriptor in a set.",
        .operation = "all calls of 100 to 300 us made and waited for",
        .baseline = "sequential",
        .variants =
            {
                variant<OneAfterTheOther>("sequential", "one after the other"),
                variant<ThreadEach>("thread_each", "a thread for each call, made and joined"),
                variant<Pooled>("pool", "a pool of 8 threads that block in their calls"),
                variant<OneLoop>("one_loop", "all begun, and one epoll loop"),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "width", .unit = "1", .values = {1, 4, 16, kWidest}, .middle = 16}},
        .expects = [](const std::string& variant, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms =
                        variant == "sequential" ? 0.2 * setting.parameter("width") : 0.3 + 0.02 * setting.parameter("width")};
        },
        .roles = latchmark::roles::waiting(),
    };
}
