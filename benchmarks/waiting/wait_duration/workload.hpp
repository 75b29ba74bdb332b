// One worker waits for a condition that the other one makes true after a known time.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "benchmarks/primitives/waits/signal.hpp"
#include "benchmarks/primitives/waits/sleep_count.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::waiting {

template <typename S>
concept HasBudget = requires(const S& signal) {
    signal.budget_ns();
};

inline constexpr latchmark::Quantity kWakerCost{
    "waker_cost", "ns", "lower", "time of the waker's call that makes the condition true, mean of all waits, warm-up included"};
inline constexpr latchmark::Quantity kSleptShare{
    "slept_share", "1", "none", "voluntary context switches of the waiter per wait: 0 when it never slept, 1 when it always did"};
inline constexpr latchmark::Quantity kSpinBudget{
    "spin_budget", "ns", "none",
    "how long the waiter stays awake before it sleeps: what a wake-up costs here, measured before the run"};

// Worker 0 waits, worker 1 wakes. The waiter says that it is about to wait, and only then does the waker begin to count the time;
// whether it sleeps already when that is over nobody can know, but the kernel counts how often it did.
template <Signal S>
class WaitDuration {
public:
    static constexpr std::array<std::string_view, 2> kParts{"waiter", "waker"};
    static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker; }

    static constexpr auto kQuantities = [] {
        if constexpr (HasBudget<S>)
            return std::array{kWakerCost, kSleptShare, kSpinBudget};
        else
            return std::array{kWakerCost, kSleptShare};
    }();

    explicit WaitDuration(const latchmark::Setting& setting)
        : condition_(setting),
          wait_ns_(static_cast<std::uint64_t>(setting.parameter("wait"))),
          waiter_(1, setting.memory),
          waker_(1, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("one worker waits for one other");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 0)
            wait(operations, [](std::uint64_t) {});
        else
            wake(operations);
    }

    // The waiter's alone. From the waker's stamp, taken before it makes the condition true, until the waiter runs again.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        if (worker == 0)
            wait(operations, [&](std::uint64_t latency_ns) { recorder.record(latency_ns); });
        else
            wake(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const Waiter& waiter = waiter_[0];
        const Waker& waker = waker_[0];
        return waiter.waits == waker.latest.number && waiter.woke_too_early == 0 &&
               waiter.waits + waker.latest.number == operations;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        const Waker& waker = waker_[0];
        std::vector<latchmark::OrUnavailable<double>> values;
        if (waker.latest.number == 0)
            values.emplace_back(latchmark::Unavailable{"nobody was woken"});
        else
            values.emplace_back(static_cast<double>(waker.calls_ns) / static_cast<double>(waker.latest.number));
        values.emplace_back(waiter_[0].sleeps.sleeps_per_wait());
        if constexpr (HasBudget<S>) values.emplace_back(condition_.budget_ns());
        return values;
    }

private:
    // What the waiter gets to see of a wake-up. Plain: the waker writes it before set(), the waiter reads it after wait(), and
    // says that it waits again only then.
    struct WakeUp {
        std::uint64_t number = 0;
        std::uint64_t at_ns = 0;
    };
    struct Waiter {
        std::atomic<std::uint64_t> about_to_wait{0};  // which wait comes next
        std::uint64_t waits = 0;
        std::uint64_t woke_too_early = 0;
        SleepCount sleeps{};
    };
    struct Waker {
        WakeUp latest{};
        std::uint64_t calls_ns = 0;
    };

    template <typename Record>
    void wait(std::uint64_t operations, Record record) {
        Waiter& mine = waiter_[0];
        const WakeUp& latest = waker_[0].latest;
        const std::uint64_t last = mine.waits + operations;
        for (std::uint64_t number = mine.waits + 1; number <= last; ++number) {
            // release: the waker writes the next wake-up over the one that was read before this
            mine.about_to_wait.store(number, std::memory_order_release);
            condition_.wait(static_cast<std::uint32_t>(number));
            const std::uint64_t awake_ns = latchmark::now_ns();
            if (latest.number != number) ++mine.woke_too_early;
            // Clocks of two CPUs may differ by some nanoseconds: then the way was shorter than can be seen.
            record(awake_ns > latest.at_ns ? awake_ns - latest.at_ns : 0);
            mine.sleeps.note(number, awake_ns);
        }
        mine.waits = last;
    }

    void wake(std::uint64_t operations) {
        Waker& mine = waker_[0];
        const auto& about_to_wait = waiter_[0].about_to_wait;
        const std::uint64_t last = mine.latest.number + operations;
        for (std::uint64_t number = mine.latest.number + 1; number <= last; ++number) {
            // acquire: pairs with the release above
            while (about_to_wait.load(std::memory_order_acquire) < number) latchmark::cpu_relax();
            const std::uint64_t begin_ns = latchmark::now_ns();
            std::uint64_t now_ns = begin_ns;
            while (now_ns - begin_ns < wait_ns_)
                now_ns = latchmark::now_ns();  // awake: its own wake-up must not be in the interval
            mine.latest = {.number = number, .at_ns = now_ns};
            condition_.set(static_cast<std::uint32_t>(number));
            mine.calls_ns += latchmark::now_ns() - now_ns;
        }
    }

    S condition_;
    std::uint64_t wait_ns_;
    latchmark::Slots<Waiter> waiter_;
    latchmark::Slots<Waker> waker_;
};

}  // namespace benchmarks::waiting
