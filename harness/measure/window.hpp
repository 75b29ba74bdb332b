// One window of one worker: batches until the deadline has passed. Clock and work are parameters, so it is tested on a script.
#pragma once
#include <atomic>
#include <cstdint>

namespace latchmark::measure {

// What one worker did in one window. Times are nanoseconds of the common clock.
struct WorkerWindow {
    std::uint64_t begin_ns = 0;
    std::uint64_t end_ns = 0;
    std::uint64_t operations = 0;
    std::uint64_t start_ns = 0;     // of the window: the same for the whole team
    std::uint64_t deadline_ns = 0;  // likewise
    unsigned cpu_begin = 0;
    unsigned cpu_end = 0;
    std::uint64_t cpu_time_ns = 0;           // that the worker used, user and kernel
    std::uint64_t involuntary_switches = 0;  // times that something else took its CPU
};

// Free-running: each worker obeys the deadline alone. The clock is read once a batch, after it, so that an operation is never
// counted whose time was not. At least one batch is done, however late the worker came.
template <typename Batch, typename Clock>
[[nodiscard]] WorkerWindow free_running_window(std::uint64_t batch, std::uint64_t deadline_ns, Batch&& run_batch, Clock&& clock) {
    WorkerWindow window;
    window.begin_ns = clock();
    do {
        run_batch(batch);
        window.operations += batch;
        window.end_ns = clock();
    } while (window.end_ns < deadline_ns);
    return window;
}

// How many batches the workers of a lockstep window may take. Whoever needs the next one first decides for all, so that
// everybody takes the same number and nobody waits for a partner that has stopped.
class BatchLedger {
public:
    void reopen() { state_.store(0, std::memory_order_relaxed); }  // relaxed: published with the window's start

    // Whether batch number `index` (from 0) is to be done. The first batch always is.
    template <typename Clock>
    [[nodiscard]] bool grants(std::uint64_t index, std::uint64_t deadline_ns, Clock&& clock) {
        // relaxed throughout: the ledger hands over a number and no data; the workload orders its own
        std::uint64_t state = state_.load(std::memory_order_relaxed);
        for (;;) {
            const std::uint64_t granted = state >> 1U;
            if (index < granted) return true;
            if ((state & kClosed) != 0) return false;
            const bool goes_on = index == 0 || clock() < deadline_ns;
            const std::uint64_t next = goes_on ? (granted + 1) << 1U : state | kClosed;
            if (state_.compare_exchange_weak(state, next, std::memory_order_relaxed)) state = next;
        }
    }

private:
    static constexpr std::uint64_t kClosed = 1;
    std::atomic<std::uint64_t> state_{0};  // batches granted, and the lowest bit: no more
};

// Lockstep: the workers wait for one another inside the batches.
template <typename Batch, typename Clock>
[[nodiscard]] WorkerWindow lockstep_window(std::uint64_t batch, std::uint64_t deadline_ns, BatchLedger& ledger, Batch&& run_batch,
                                           Clock&& clock) {
    WorkerWindow window;
    window.begin_ns = clock();
    window.end_ns = window.begin_ns;
    for (std::uint64_t index = 0; ledger.grants(index, deadline_ns, clock); ++index) {
        run_batch(batch);
        window.operations += batch;
        window.end_ns = clock();
    }
    return window;
}

}  // namespace latchmark::measure
