// Where the workers of a team meet before each window: the last one to arrive sets the common start and deadline.
#pragma once
#include <atomic>
#include <cstdint>
#include <sched.h>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::measure {

struct WindowTimes {
    std::uint64_t start_ns = 0;
    std::uint64_t deadline_ns = 0;
    std::uint64_t batch = 1;
};

// Lives in memory shared by the team; each word that workers wait on has a block to itself, so that waiting for one window
// costs the others nothing.
class StartLine {
public:
    // Waits for the team, then for the start. `prepare(times)` runs on the last arriver while all others wait, and sees
    // everything they wrote before they arrived. `shares_cpus`: with other workers. Returns false when the team was abandoned.
    template <typename Prepare>
    [[nodiscard]] bool meet(std::uint32_t window, std::uint32_t workers, bool shares_cpus, Prepare&& prepare) {
        // acq_rel: the last arriver must see what the others wrote before they arrived
        if (arrived_.value.fetch_add(1, std::memory_order_acq_rel) + 1 == (window + 1) * workers) {
            prepare(times_.value);
            opened_.value.store(window + 1, std::memory_order_release);  // release: publishes times_
        } else if (!wait_until_opened(window, shares_cpus)) {
            return false;
        }
        while (now_ns() < times_.value.start_ns) cpu_relax();
        return !is_abandoned();
    }

    [[nodiscard]] const WindowTimes& times() const { return times_.value; }

    // A worker that cannot go on releases the others. relaxed: carries no data, the reason is read after the team has ended.
    void abandon() { abandoned_.value.store(1, std::memory_order_relaxed); }
    [[nodiscard]] bool is_abandoned() const { return abandoned_.value.load(std::memory_order_relaxed) != 0; }

private:
    // Spinning first, because a sleeper would come tens of microseconds late; then giving way, because where workers share a CPU
    // the one waited for may need this one. On a CPU of one's own giving way would hand it to whoever else is runnable, for a
    // whole slice of the scheduler, and the start would be missed: only a wait that long has some such cause already.
    static constexpr std::uint64_t kSpinNs = 50'000;
    static constexpr std::uint64_t kSpinOnOwnCpuNs = 100'000'000;

    [[nodiscard]] bool wait_until_opened(std::uint32_t window, bool shares_cpus) const {
        const std::uint64_t patience_ends_ns = now_ns() + (shares_cpus ? kSpinNs : kSpinOnOwnCpuNs);
        while (opened_.value.load(std::memory_order_acquire) <= window) {  // acquire: pairs with the release in meet()
            if (is_abandoned()) return false;
            if (now_ns() < patience_ends_ns)
                cpu_relax();
            else
                ::sched_yield();
        }
        return true;
    }

    Isolated<std::atomic<std::uint32_t>> arrived_;
    Isolated<std::atomic<std::uint32_t>> opened_;
    Isolated<WindowTimes> times_;
    Isolated<std::atomic<std::uint32_t>> abandoned_;
};

}  // namespace latchmark::measure
