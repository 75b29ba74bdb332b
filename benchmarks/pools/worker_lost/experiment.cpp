// How fast a pool of processes recovers from the death of one.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/worker_lost/workload.hpp"

latchmark::Experiment benchmarks::pools::worker_lost() {
    using latchmark::Purpose;
    const auto pool = []<typename W>(std::type_identity<W>, const char* name, const char* summary) {
        return latchmark::variant<W>(name, summary, {.lacks = lacks_pool<W>});
    };
    return {
        .name = "pools/worker_lost",
        .question =
            "How long does a pool take to replace a process that is killed in the middle of a task, and to do the task again?",
        .mechanism =
            "The kernel has to end the process before anybody is told. Then the pool has to notice, by a descriptor that becomes "
            "readable or the next time it asks, and to find a replacement: one that is made then, or one that waits already.",
        .operation = "executor lost halfway through a task: noticed, replaced, and its task done again",
        .latency = "from the kill until the result of the lost task is there, done again",
        .baseline = "fork_pidfd",
        .variants =
            {
                pool(std::type_identity<WorkerLost<Replacement::forked, Detection::pidfd>>{}, "fork_pidfd",
                     "told by a pidfd; another process is forked then"),
                pool(std::type_identity<WorkerLost<Replacement::spare, Detection::pidfd>>{}, "spare_pidfd",
                     "told by a pidfd; another process waits already"),
                pool(std::type_identity<WorkerLost<Replacement::forked, Detection::polling>>{}, "fork_polling",
                     "asks with waitid() every millisecond; another process is forked then"),
                pool(std::type_identity<WorkerLost<Replacement::spare, Detection::polling>>{}, "spare_polling",
                     "asks with waitid() every millisecond; another process waits already"),
            },
        .workers = latchmark::WorkerSweep::one,
        .taste = {"fork_pidfd", "spare_pidfd"},
        .expects = [](const std::string&, const latchmark::Setting&) -> latchmark::Expected { return {.operation_ms = 0.5}; },
        .purposes = {Purpose::latency},
        .roles = latchmark::roles::pools(),
    };
}
