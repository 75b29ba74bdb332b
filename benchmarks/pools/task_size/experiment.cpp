// How small a task may be before handing it over costs more than it brings.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/task_size/workload.hpp"
#include "benchmarks/primitives/pools/arena_tasks.hpp"
#include "benchmarks/primitives/pools/inline_tasks.hpp"
#include "benchmarks/primitives/pools/pipe_tasks.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/socket_tasks.hpp"
#include "benchmarks/primitives/pools/stealing_tasks.hpp"

latchmark::Experiment benchmarks::pools::task_size() {
    using latchmark::Team;
    using latchmark::variant;
    using latchmark::VariantOptions;
    const VariantOptions threads{.teams = {Team::threads},
                                 .teams_reason = "its mutexes and pointers are private to a process; mutex_queue serves both"};
    const VariantOptions processes{.teams = {Team::processes},
                                   .teams_reason = "a pool of processes; mutex_queue shows what the team makes of one pool"};
    VariantOptions alone = threads;
    alone.most_workers = 2;  // more would only look on
    VariantOptions arena = threads;
    arena.absent = kArenaTasksAbsent;
    arena.lacks = lacks_arena;
    VariantOptions pipe = processes;
    pipe.lacks = lacks_tasks<PipeTasks>;
    VariantOptions socket = processes;
    socket.lacks = lacks_tasks<SocketTasks>;
    return {
        .name = "pools/task_size",
        .question = "How long must a task be for a pool to be worth it?",
        .mechanism =
            "Each task costs its hand-over there and back, a part of it on the executor's CPU. What of an executor's time is "
            "left for the work grows with the length of a task; a submitter that hands out to many is a limit of its own.",
        .operation = "task handed over, done and collected",
        .baseline = "mutex_queue",
        .variants =
            {
                variant<TaskSize<InlineTasks>>("no_pool", "the submitter does each task itself, the executor looks on", alone),
                variant<TaskSize<MutexQueueTasks>>("mutex_queue", "one queue behind a mutex, with a condition variable"),
                variant<TaskSize<StealingTasks>>("stealing_queues", "a queue for each executor, who steals when it is empty",
                                                 threads),
                variant<TaskSize<ArenaTasks>>("tbb_arena", "tbb::task_arena::enqueue", arena),
                variant<TaskSize<RingTasks>>("ring_futex", "ring in shared memory; sleepers on futexes", processes),
                variant<TaskSize<PipeTasks>>("pipe", "tasks through one pipe, results through another", pipe),
                variant<TaskSize<SocketTasks>>("unix_seqpacket", "packets through a pair of Unix sockets", socket),
            },
        .workers = latchmark::WorkerSweep::two_to_all_cores,
        .teams = {Team::threads, Team::processes},
        .lockstep = true,
        .axes = {{.name = "task",
                  .unit = "ns",
                  .values = {1'000, 10'000, 100'000, 1'000'000, 10'000'000},
                  .middle = 10'000,
                  .variants = {"mutex_queue", "ring_futex", "pipe"},
                  .in_taste = true,
                  .taste_values = {100'000}}},
        .taste = {"mutex_queue", "no_pool", "pipe"},
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = setting.parameter("task") / 1e6};
        },
        .roles = latchmark::roles::pools(),
    };
}
