// Timeouts that are set for each wait and hardly ever expire.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/signal.hpp"
#include "benchmarks/waiting/arming/workload.hpp"

latchmark::Experiment benchmarks::waiting::arming() {
    using latchmark::variant;
    const latchmark::VariantOptions against_condvar{.baseline = "condvar"};
    const latchmark::VariantOptions against_futex{.baseline = "futex"};
    const latchmark::VariantOptions with_eventfds{.lacks = lacks_signals<EventfdSignal>};
    const latchmark::VariantOptions against_ppoll{.lacks = lacks_signals<EventfdSignal>, .baseline = "ppoll"};
    return {
        .name = "waiting/arming",
        .question = "What does a timeout cost a wait that ends before it expires?",
        .mechanism =
            "The kernel puts a timer into the queue of the waiter's CPU and takes it out again. One that would be the next to "
            "expire has the CPU's clock programmed anew, twice; a timeout that is longer than the scheduler's tick does not.",
        .operation = "hand-over of a token there and back, with two waits that sleep",
        .baseline = "condvar",
        .variants =
            {
                variant<Arming<CondvarEvent, Timeout::none>>("condvar", "std::condition_variable::wait"),
                variant<Arming<CondvarEvent, Timeout::armed>>("condvar_timed", "wait_for", against_condvar),
                variant<Arming<FutexEvent, Timeout::none>>("futex", "futex without a timeout"),
                variant<Arming<FutexEvent, Timeout::armed>>("futex_timed", "futex with a timeout", against_futex),
                variant<Arming<PpollEvent, Timeout::none>>("ppoll", "ppoll of an eventfd without a timeout", with_eventfds),
                variant<Arming<PpollEvent, Timeout::armed>>("ppoll_timed", "ppoll with a timeout", against_ppoll),
            },
        .workers = latchmark::WorkerSweep::two_at_placements,
        .placements = {latchmark::Placement::same_cpu},
        .lockstep = true,
        .axes = {{.name = "timeout",
                  .unit = "ns",
                  .values = {1'000'000, 1'000'000'000},
                  .middle = 1'000'000'000,
                  .variants = {"futex_timed"}}},
        .taste = {"condvar", "condvar_timed"},
        .roles = latchmark::roles::waiting(),
    };
}
