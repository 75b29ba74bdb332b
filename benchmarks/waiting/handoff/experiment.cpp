// Every way of waiting there is, at the same task: a token goes there and back.
#include <cstdint>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/primitives/waits/atomic_wait_signal.hpp"
#include "benchmarks/primitives/waits/condvar_signal.hpp"
#include "benchmarks/primitives/waits/epoll_signal.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/pipe_signal.hpp"
#include "benchmarks/primitives/waits/posix_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/spin_then_park_signal.hpp"
#include "benchmarks/primitives/waits/std_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/waitpkg.hpp"
#include "benchmarks/primitives/waits/watched_signal.hpp"
#include "benchmarks/primitives/waits/wfe.hpp"
#include "benchmarks/waiting/handoff/workload.hpp"

latchmark::Experiment benchmarks::waiting::handoff() {
    using enum latchmark::Placement;
    using latchmark::Team;
    using latchmark::variant;
    const latchmark::VariantOptions threads_only{.teams = {Team::threads},
                                                 .teams_reason = "the standard library's wake-ups stay within their process"};
    const latchmark::VariantOptions waitpkg{.lacks = lacks_waitpkg, .absent = std::string(kWaitpkgAbsent)};
    return {
        .name = "waiting/handoff",
        .question = "What does it cost to hand something to a worker that waits for it, by how it waits?",
        .mechanism =
            "A worker that waits awake sees the change as soon as the line comes over, and burns its CPU until then. One that "
            "sleeps must be found and woken by the kernel, which takes longer and costs both sides a system call.",
        .operation = "hand-over there and back",
        .baseline = "condvar",
        .variants =
            {
                variant<Handoff<CondvarSignal>>("condvar", "a mutex, a condition variable and a number"),
                variant<Handoff<SpinSignal>>("spin", "looks again at once"),
                variant<Handoff<RelaxSignal>>("spin_relax", "a relax instruction between two looks"),
                variant<Handoff<YieldSignal>>("yield", "sched_yield between two looks"),
                variant<Handoff<SpinThenParkSignal>>("spin_then_park", "spins for as long as a wake-up costs here, then sleeps"),
                variant<Handoff<FutexSignal>>("futex", "sleeps on the word; woken only if it sleeps"),
                variant<Handoff<StdSemaphoreSignal>>("std_semaphore", "std::counting_semaphore", threads_only),
                variant<Handoff<PosixSemaphoreSignal>>("posix_semaphore", "sem_wait and sem_post"),
                variant<Handoff<AtomicWaitSignal<std::uint32_t>>>("atomic_wait_4", "std::atomic::wait on four bytes",
                                                                  threads_only),
                variant<Handoff<AtomicWaitSignal<std::uint64_t>>>(
                    "atomic_wait_8", "the same on eight bytes, which sleeps on a word shared with others", threads_only),
                variant<Handoff<EventfdSignal>>("eventfd", "blocking read of an eventfd",
                                                {.lacks = lacks_signals<EventfdSignal>}),
                variant<Handoff<PipeSignal>>("pipe", "blocking read of four bytes from a pipe",
                                             {.lacks = lacks_signals<PipeSignal>}),
                variant<Handoff<EpollSignal>>("epoll", "epoll_wait for an eventfd, then read",
                                              {.lacks = lacks_signals<EpollSignal>}),
                variant<Handoff<WatchedSignal<umwait_between_looks>>>(
                    "umwait", "UMWAIT: the core dozes until the line is written", waitpkg),
                variant<Handoff<WatchedSignal<tpause_between_looks>>>(
                    "tpause", "TPAUSE: the core dozes 500 ticks between two looks", waitpkg),
                variant<Handoff<WatchedSignal<wfe_between_looks>>>("wfe", "WFE: the core dozes until the line is written",
                                                                   {.lacks = lacks_wfe, .absent = std::string(kWfeAbsent)}),
            },
        .workers = latchmark::WorkerSweep::two,
        .teams = {Team::threads, Team::processes},
        .placements = {same_cpu, same_core, same_llc, other_llc, other_socket},
        .lockstep = true,
        .taste = {"condvar", "spin", "futex"},
        .keeps_to_first = true,
        .roles = latchmark::roles::waiting(),
    };
}
