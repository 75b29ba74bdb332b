// Timed waits that expire.
#include <cstring>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/waiting/timed/workload.hpp"

namespace {

// Some sandboxes and kernels know no such thing: what the timeouts are would then not be known.
std::optional<std::string> lacks_timer_slack() {
    if (::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) >= 0) return std::nullopt;
    return std::string("prctl(PR_GET_TIMERSLACK): ") + std::strerror(errno);
}

}  // namespace

latchmark::Experiment benchmarks::waiting::timed() {
    using latchmark::variant;
    const latchmark::VariantOptions with_slack{.lacks = lacks_timer_slack};
    return {
        .name = "waiting/timed",
        .question = "How late does a timed wait return when nothing comes before its time is up?",
        .mechanism =
            "The kernel may put a timer off by the thread's timer slack, to serve several with one interrupt; then the "
            "interrupt, the scheduler and the way back to the program take their time. An interface that counts "
            "milliseconds rounds up first.",
        .operation = "wait that expires",
        .latency = "from the intended end of the wait until it had returned",
        .baseline = "nanosleep",
        .variants =
            {
                variant<Timed<NanosleepWait>>("nanosleep", "clock_nanosleep to an absolute time: nothing but the timer",
                                              with_slack),
                variant<Timed<CondvarWait>>("condvar", "std::condition_variable::wait_until", with_slack),
                variant<Timed<SemaphoreWait>>("semaphore", "sem_clockwait", with_slack),
                variant<Timed<FutexWait>>("futex", "futex with an absolute timeout", with_slack),
                variant<Timed<PpollWait>>("ppoll", "ppoll of an eventfd, timeout in nanoseconds", with_slack),
                variant<Timed<EpollWait>>("epoll_wait", "epoll_wait, timeout in whole milliseconds, rounded up", with_slack),
                variant<Timed<TimerfdWait>>("timerfd", "blocking read of a timerfd: no slack", with_slack),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "timeout",
                  .unit = "ns",
                  .values = {1'000, 100'000, 1'000'000, 10'000'000},
                  .middle = 100'000,
                  .variants = {"nanosleep", "epoll_wait"}},
                 {.name = "timer_slack", .unit = "ns", .values = {1, 50'000}, .middle = 50'000, .variants = {"nanosleep"}}},
        .taste = {"nanosleep", "condvar"},
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = setting.parameter("timeout") / 1e6 + 0.05};
        },
        .purposes = {latchmark::Purpose::latency},
        .roles = latchmark::roles::waiting(),
    };
}
