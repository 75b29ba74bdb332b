// Contention at its plainest: one number, many writers.
#include <mutex>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/counter/workload.hpp"
#include "benchmarks/primitives/locks/process_shared_mutex.hpp"

latchmark::Experiment benchmarks::contention::counter() {
    using enum latchmark::Placement;
    using latchmark::Team;
    using latchmark::variant;
    const latchmark::VariantOptions threads_only{
        .teams = {Team::threads},
        .teams_reason = "std::mutex wakes only sleepers of its own process; process_shared_mutex serves both"};
    return {
        .name = "contention/counter",
        .question = "What does an exact count cost when every worker adds to the same one?",
        .mechanism =
            "All increments of one variable happen one after the other, and each needs the variable's line in the adding core's "
            "cache. A lock adds its own word to that, and puts workers to sleep that find it taken.",
        .operation = "increment of the common counter",
        .baseline = "sharded",
        .variants =
            {
                variant<PerWorker>("per_worker", "a plain integer of each worker's own, summed in the end"),
                variant<Sharded>("sharded", "one counter per worker, summed by the reader"),
                variant<FetchAdd<std::memory_order_relaxed>>("fetch_add_relaxed", "atomic add, relaxed"),
                variant<FetchAdd<std::memory_order_acq_rel>>("fetch_add_acq_rel",
                                                             "atomic add that also orders what is around it"),
                variant<FetchAdd<std::memory_order_seq_cst>>("fetch_add_seq_cst", "atomic add, sequentially consistent"),
                variant<FetchAdd<std::memory_order_relaxed, Result::used>>("fetch_add_used",
                                                                           "atomic add, relaxed, whose result is wanted"),
                variant<CasLoop>("cas_loop", "compare-and-swap until it succeeds"),
                variant<LoadStore>("load_store", "load, add, store: fast and wrong; counts what it loses"),
                variant<Locked<std::mutex>>("mutex", "plain integer behind std::mutex", threads_only),
                variant<Locked<ProcessSharedMutex>>("process_shared_mutex", "plain integer behind a process-shared POSIX mutex"),
                variant<Locked<std::mutex>>("never_threaded",
                                            "std::mutex in a process that never made a thread: glibc leaves the atomics out",
                                            {.teams = {Team::threads},
                                             .teams_reason = threads_only.teams_reason,
                                             .most_workers = 1,
                                             .never_threaded = true}),
            },
        .teams = {Team::threads, Team::processes},
        .placements = {same_core, same_llc, other_llc, other_socket},
        .taste = {"sharded", "fetch_add_relaxed", "cas_loop", "mutex"},
        .keeps_to_first = true,
        .purposes = {latchmark::Purpose::throughput, latchmark::Purpose::counts},
        .ties_at_one_worker = {"fetch_add_relaxed", "sharded"},
        .roles = latchmark::roles::contention(),
    };
}
