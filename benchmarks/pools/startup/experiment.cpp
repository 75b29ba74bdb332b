// How soon a pool is of use, and what its workers hold.
#include <exception>
#include <optional>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/startup/workload.hpp"
#include "benchmarks/primitives/processes/startup_pools.hpp"

namespace {

// The largest pool is made on trial: limits on processes and descriptors say no there.
template <typename Pool>
std::optional<std::string> lacks() {
    try {
        Pool pool(benchmarks::kLargestPool, 0, {});
        pool.await();
    } catch (const std::exception& problem) {
        return "cannot start " + std::to_string(benchmarks::kLargestPool) + " workers: " + problem.what();
    }
    return std::nullopt;
}

template <typename Pool>
latchmark::Variant variant(const std::string& name, const std::string& summary) {
    return latchmark::variant<benchmarks::pools::Startup<Pool>>(name, summary, {.lacks = lacks<Pool>});
}

}  // namespace

latchmark::Experiment benchmarks::pools::startup() {
    return {
        .name = "pools/startup",
        .question = "How long does it take until every worker of a new pool has done its first task?",
        .mechanism =
            "Workers are made one after the other and begin on CPUs of their own while the rest are made. A forked worker copies "
            "its parent's page tables and pays a page fault for what it touches first, and a program is loaded and linked before "
            "it begins.",
        .operation = "pool started, every worker's first task done, pool ended",
        .latency = "the first worker's making to the last worker's first task done; the end of the pool is left out",
        .baseline = "threads",
        .variants =
            {
                variant<PoolOfThreads>("threads", "threads that find their task in memory"),
                variant<PoolOfProcesses>("processes", "forked processes that find their task in shared memory"),
                variant<PoolOfPrograms>("programs", "posix_spawn of cat, which answers over a socket"),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "pool", .unit = "1", .values = {1, 4, 16, kLargestPool}, .middle = 4}},
        .taste = {"threads", "processes"},
        .expects = [](const std::string& variant, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = (variant == "threads" ? 0.02 : 0.35) * setting.parameter("pool")};
        },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::pools(),
    };
}
