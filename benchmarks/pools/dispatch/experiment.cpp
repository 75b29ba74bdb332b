// What it costs to have something done by somebody else, when there is nothing to do.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/dispatch/workload.hpp"
#include "benchmarks/primitives/pools/arena_tasks.hpp"
#include "benchmarks/primitives/pools/inline_tasks.hpp"
#include "benchmarks/primitives/pools/pipe_tasks.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/socket_tasks.hpp"
#include "benchmarks/primitives/pools/stealing_tasks.hpp"

latchmark::Experiment benchmarks::pools::dispatch() {
    using latchmark::Purpose;
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
        .name = "pools/dispatch",
        .question = "How long does it take until a pool has done an empty task?",
        .mechanism =
            "A task is put where executors look for it, one of them is woken, and its result goes the same way back. A sleeper's "
            "wake-up costs more than all the rest; when tasks keep coming, executors no longer sleep but tasks wait for one "
            "another.",
        .operation = "empty task handed over, done and collected; with an offered load: handed over when it is due",
        .latency =
            "from the call that hands the task over, or from when it was due under an offered load, until it has been done",
        .baseline = "mutex_queue",
        .variants =
            {
                variant<Dispatch<InlineTasks>>("inline_call", "the submitter does it itself: the floor", alone),
                variant<Dispatch<MutexQueueTasks>>("mutex_queue", "one queue behind a mutex, with a condition variable"),
                variant<Dispatch<StealingTasks>>("stealing_queues", "a queue for each executor, who steals when it is empty",
                                                 threads),
                variant<Dispatch<ArenaTasks>>("tbb_arena", "tbb::task_arena::enqueue", arena),
                variant<Dispatch<RingTasks>>("ring_futex", "ring in shared memory; sleepers on futexes", processes),
                variant<Dispatch<PipeTasks>>("pipe", "tasks through one pipe, results through another", pipe),
                variant<Dispatch<SocketTasks>>("unix_seqpacket", "packets through a pair of Unix sockets", socket),
            },
        .workers = latchmark::WorkerSweep::two_to_all_cores,
        .teams = {Team::threads, Team::processes},
        .lockstep = true,
        .axes = {{.name = "offered_load",
                  .unit = "%",
                  .values = {0, 10, 50, 80, 95},
                  .middle = 0,
                  .variants = {"mutex_queue", "pipe"},
                  .in_taste = true,
                  .taste_values = {80}}},
        .taste = {"mutex_queue", "pipe"},
        .purposes = {Purpose::latency, Purpose::throughput},
        .roles = latchmark::roles::pools(),
    };
}
