// Many sleepers and one notification: one is woken, or the whole herd.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/waiting/herd/workload.hpp"

latchmark::Experiment benchmarks::waiting::herd() {
    using latchmark::variant;
    // Asked for the largest crew: a machine that cannot hold it says so once, and not at one point of the axis only.
    const latchmark::VariantOptions in_threads{.teams = {latchmark::Team::threads},
                                               .teams_reason = "the waiters are threads of the workload's own",
                                               .lacks = [] { return lacks_crew_of(64); }};
    return {
        .name = "waiting/herd",
        .question = "What does it cost to wake everybody where one would do, and how soon are all awake where all are wanted?",
        .mechanism =
            "Each sleeper that is woken needs a CPU, and behind a condition variable also its mutex, before it sees "
            "whether there is anything left for it. notify_all for one item sends all but one of them back to sleep.",
        .operation = "notification, until the item is taken or all have woken; all asleep again before the next",
        .latency =
            "from just before the condition was made true until the waiter that got the item, or the last of all, had "
            "returned from its wait",
        .baseline = "condvar_one",
        .variants =
            {
                variant<Herd<CondvarBell, Call::notify_one, Wanted::one>>(
                    "condvar_one", "std::condition_variable, one item, notify_one", in_threads),
                variant<Herd<CondvarBell, Call::notify_all, Wanted::one>>(
                    "condvar_herd", "one item, notify_all: all but one wake in vain", in_threads),
                variant<Herd<CondvarBell, Call::notify_all, Wanted::all>>("condvar_all", "notify_all, and every waiter is wanted",
                                                                          in_threads),
                variant<Herd<FutexBell, Call::notify_one, Wanted::one>>("futex_one", "futex, one item, wakes one", in_threads),
                variant<Herd<FutexBell, Call::notify_all, Wanted::all>>("futex_all", "futex, wakes all, and all are wanted",
                                                                        in_threads),
                variant<Herd<AtomicBell<std::uint32_t>, Call::notify_one, Wanted::one>>(
                    "atomic_4_one", "std::atomic of 4 bytes, one item, notify_one", in_threads),
                variant<Herd<AtomicBell<std::uint64_t>, Call::notify_one, Wanted::one>>(
                    "atomic_8_one", "std::atomic of 8 bytes, one item, notify_one: wakes all in libstdc++", in_threads),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "waiters",
                  .unit = "1",
                  .values = {1, 4, 16, 64},
                  .middle = 4,
                  .variants = {"condvar_one", "condvar_herd"}}},
        .taste = {"condvar_one", "condvar_herd", "atomic_4_one", "atomic_8_one"},
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::waiting(),
    };
}
