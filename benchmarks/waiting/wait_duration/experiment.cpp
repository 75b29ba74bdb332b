// Spin or sleep: what each costs and how late it wakes, by how long the wait is.
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/primitives/waits/condvar_signal.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/spin_then_park_signal.hpp"
#include "benchmarks/primitives/waits/waitpkg.hpp"
#include "benchmarks/primitives/waits/watched_signal.hpp"
#include "benchmarks/primitives/waits/wfe.hpp"
#include "benchmarks/waiting/wait_duration/workload.hpp"

latchmark::Experiment benchmarks::waiting::wait_duration() {
    using latchmark::variant;
    const latchmark::VariantOptions waitpkg{.lacks = lacks_waitpkg, .absent = std::string(kWaitpkgAbsent)};
    return {
        .name = "waiting/wait_duration",
        .question = "Up to how long a wait is it better to stay awake?",
        .mechanism =
            "Staying awake burns as much CPU time as the wait is long and notices its end at once. Sleeping costs the same "
            "however long the wait is, and ends late: the kernel must wake the sleeper, and the longer it slept the deeper "
            "its core does.",
        .operation = "a wait that another worker ends",
        .latency = "from the waker's stamp before it makes the condition true to the waiter's after its wait has returned",
        .baseline = "futex",
        .variants =
            {
                variant<WaitDuration<FutexSignal>>("futex", "sleeps on the word at once"),
                variant<WaitDuration<SpinSignal>>("spin", "looks again at once"),
                variant<WaitDuration<RelaxSignal>>("spin_relax", "a relax instruction between two looks"),
                variant<WaitDuration<YieldSignal>>("yield", "sched_yield between two looks"),
                variant<WaitDuration<SpinThenParkSignal>>("spin_then_park",
                                                          "spins for as long as a wake-up costs here, then sleeps"),
                variant<WaitDuration<CondvarSignal>>("condvar", "a mutex, a condition variable and a number"),
                variant<WaitDuration<EventfdSignal>>("eventfd", "blocking read of an eventfd",
                                                     {.lacks = lacks_signals<EventfdSignal>}),
                variant<WaitDuration<WatchedSignal<umwait_between_looks>>>(
                    "umwait", "UMWAIT: the core dozes until the line is written", waitpkg),
                variant<WaitDuration<WatchedSignal<tpause_between_looks>>>(
                    "tpause", "TPAUSE: the core dozes 500 ticks between two looks", waitpkg),
                variant<WaitDuration<WatchedSignal<wfe_between_looks>>>("wfe", "WFE: the core dozes until the line is written",
                                                                        {.lacks = lacks_wfe, .absent = std::string(kWfeAbsent)}),
            },
        .workers = latchmark::WorkerSweep::two,
        .lockstep = true,
        // The end of a wait is noticed by spin as by spin_relax, by eventfd as by futex: the middle shows them.
        .axes = {{.name = "wait",
                  .unit = "ns",
                  .values = {100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000},
                  .middle = 10'000,
                  .variants = {"futex", "spin_relax", "yield", "spin_then_park", "condvar", "umwait", "wfe"},
                  .in_taste = true,
                  .taste_values = {1'000, 1'000'000}}},
        .taste = {"futex", "spin_relax", "spin_then_park"},
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = setting.parameter("wait") / 1e6};
        },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::waiting(),
    };
}
