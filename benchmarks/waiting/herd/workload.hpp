// One notifies, many sleep: who wakes, how soon, and how many wake in vain.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <sched.h>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include "benchmarks/primitives/crew/crew.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::waiting {

enum class Call { notify_one, notify_all };
enum class Wanted { one, all };

// A bell that counts its rings. `wait` says `about_to_sleep()` where no ring can be missed any more, sleeps until the count is
// another one than `heard`, and returns it.

class CondvarBell {
public:
    template <typename Say>
    [[nodiscard]] std::uint32_t wait(std::uint32_t heard, Say about_to_sleep) {
        std::unique_lock lock(mutex_);
        about_to_sleep();
        while (count_ == heard) rung_.wait(lock);
        return count_;
    }

    template <Call kCall>
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            ++count_;
        }
        // After the mutex is free: whoever wakes must not run into it.
        if constexpr (kCall == Call::notify_one)
            rung_.notify_one();
        else
            rung_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable rung_;
    std::uint32_t count_ = 0;
};

class FutexBell {
public:
    template <typename Say>
    [[nodiscard]] std::uint32_t wait(std::uint32_t heard, Say about_to_sleep) {
        about_to_sleep();  // the kernel compares the count again before it lets anybody sleep
        std::uint32_t count = heard;
        // acquire: with the count comes what the ringer did before
        while ((count = count_.load(std::memory_order_acquire)) == heard) futex_wait(count_, heard, FutexScope::threads_only);
        return count;
    }

    template <Call kCall>
    void ring() {
        count_.fetch_add(1, std::memory_order_release);  // the other end of that acquire
        if constexpr (kCall == Call::notify_one)
            futex_wake(count_, 1, FutexScope::threads_only);
        else
            futex_wake_all(count_, FutexScope::threads_only);
    }

private:
    FutexWord count_{0};
};

// std::atomic::wait on a count of 4 or of 8 bytes. libstdc++ sleeps on the count itself only if that is what a futex compares;
// sleepers on anything else share a word of the library with strangers, so that its notify_one has to wake them all.
template <typename Count>
class AtomicBell {
public:
    template <typename Say>
    [[nodiscard]] std::uint32_t wait(std::uint32_t heard, Say about_to_sleep) {
        about_to_sleep();
        count_.wait(heard, std::memory_order_acquire);  // orders as the futex's do
        return static_cast<std::uint32_t>(count_.load(std::memory_order_acquire));
    }

    template <Call kCall>
    void ring() {
        count_.fetch_add(1, std::memory_order_release);
        if constexpr (kCall == Call::notify_one)
            count_.notify_one();
        else
            count_.notify_all();
    }

private:
    std::atomic<Count> count_{0};
};

struct Usage {
    std::uint64_t voluntary_switches = 0;
    std::uint64_t cpu_time_ns = 0;
};

[[nodiscard]] inline Usage usage_of_this_thread() {
    rusage usage{};
    checked(::getrusage(RUSAGE_THREAD, &usage), "getrusage");
    return {.voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw), .cpu_time_ns = latchmark::thread_cpu_time_ns()};
}

// Worker 0 rings when all the waiters sleep. One of them finds an item, or each is wanted; then all sleep again.
template <typename Bell, Call kCall, Wanted kWanted>
class Herd {
public:
    static constexpr std::array<latchmark::Quantity, 2> kQuantities{
        latchmark::Quantity{"wakings", "1", "lower", "sleeps of the waiters per notification that ended, mutex and all"},
        latchmark::Quantity{"waiters_cpu_time", "ns", "lower", "CPU time of all waiters per notification"}};

    explicit Herd(const latchmark::Setting& setting)
        : bell_(1, setting.memory),
          item_(1, setting.memory),
          served_(1, setting.memory),
          waiters_(static_cast<std::size_t>(setting.parameter("waiters")), setting.memory),
          crew_(
              setting, waiters_.size(), [this](std::size_t index) { wait_for_items(waiters_[index]); }, [this] { send_home(); }) {
    }

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) static_cast<void>(notify());
    }

    // From before the item lay ready until the wanted one, or the last of all, had returned from its wait.
    void run(std::size_t /*worker*/, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) recorder.record(notify());
    }

    // One item went to one waiter each time, or every waiter heard every ring.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t served = 0;
        for (const Waiter& waiter : waiters_) {
            served += waiter.served.load();
            if (kWanted == Wanted::all && waiter.served.load() != operations) return false;
        }
        return notifications_ == operations && (kWanted == Wanted::all || served == operations);
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        const latchmark::Unavailable none{"nothing was notified"};
        if (notifications_ == 0) return {none, none};
        double wakings = 0;
        double cpu_time_ns = 0;
        for (const Waiter& waiter : waiters_) {
            wakings += static_cast<double>(waiter.sleeps.load());
            cpu_time_ns += static_cast<double>(waiter.cpu_time_ns.load());
        }
        const auto notifications = static_cast<double>(notifications_);
        return {wakings / notifications, cpu_time_ns / notifications};
    }

protected:
    // Returns how long the wanted wake-up took.
    [[nodiscard]] std::uint64_t notify() {
        for (std::size_t i = 0; i < waiters_.size(); ++i) await_sleep(i);
        const std::uint64_t wanted = served_[0].value.load() + (kWanted == Wanted::one ? 1 : waiters_.size());
        const std::uint64_t begin_ns = latchmark::now_ns();
        ring();
        crew_.await("a waiter to wake", [&] { return served_[0].value.load() >= wanted; });
        ++notifications_;
        std::uint64_t last_ns = begin_ns;
        for (const Waiter& waiter : waiters_) last_ns = std::max(last_ns, waiter.served_ns.load());
        return last_ns - begin_ns;
    }

    void ring() {
        item_[0].value.store(true);
        bell_[0].value.template ring<kCall>();
    }

    latchmark::Slots<latchmark::Isolated<Bell>> bell_;
    latchmark::Slots<latchmark::Isolated<std::atomic<bool>>> item_;             // lies ready; the first to come takes it
    latchmark::Slots<latchmark::Isolated<std::atomic<std::uint64_t>>> served_;  // by all waiters

private:
    struct alignas(latchmark::kIsolationSize) Waiter {
        std::atomic<std::uint64_t> waits{0};  // begun
        std::atomic<std::uint64_t> wakings{0};
        std::atomic<std::uint64_t> served{0};
        std::atomic<std::uint64_t> served_ns{0};  // when its last wait that was not in vain returned
        std::atomic<std::uint64_t> sleeps{0};     // voluntary switches until its last waking
        std::atomic<std::uint64_t> cpu_time_ns{0};
    };

    void await_sleep(std::size_t index) {
        const Waiter& waiter = waiters_[index];
        crew_.await("a waiter to sleep", [&] {
            // Where all were woken, one that sleeps may still be on its way out, blocked by the mutex that all want.
            const std::uint64_t waits_over = kCall == Call::notify_all ? notifications_ : waiter.wakings.load();
            return waiter.waits.load() > waits_over && crew_.is_asleep(index);
        });
    }

    // Counts who has begun and who has left, by an exception too: send_home() would wait for ever for one that is gone.
    class Stay {
    public:
        explicit Stay(Herd& herd) : herd_(herd) { herd_.begun_.fetch_add(1); }
        ~Stay() { herd_.gone_.fetch_add(1); }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;

    private:
        Herd& herd_;
    };

    void wait_for_items(Waiter& self) {
        const Stay stay(*this);
        const Usage begin = usage_of_this_thread();
        std::uint32_t heard = 0;  // of a bell that has never rung
        for (;;) {
            heard = bell_[0].value.wait(heard, [&] { self.waits.fetch_add(1); });
            const std::uint64_t awake_ns = latchmark::now_ns();  // before anything else
            if (is_over_.load()) break;
            const bool is_wanted = kWanted == Wanted::all || item_[0].value.exchange(false);
            const Usage now = usage_of_this_thread();
            self.sleeps.store(now.voluntary_switches - begin.voluntary_switches);
            self.cpu_time_ns.store(now.cpu_time_ns - begin.cpu_time_ns);
            self.wakings.fetch_add(1);
            if (!is_wanted) continue;
            self.served_ns.store(awake_ns);
            self.served.fetch_add(1);
            served_[0].value.fetch_add(1);  // last: the notifier then reads the rest
        }
    }

    // Until all have left: a bell that has failed to wake them may fail again. One that has not begun yet will not sleep.
    void send_home() {
        is_over_.store(true);
        do {
            bell_[0].value.template ring<Call::notify_all>();
            ::sched_yield();
        } while (gone_.load() < begun_.load());
    }

    latchmark::Slots<Waiter> waiters_;
    std::atomic<bool> is_over_{false};
    std::atomic<std::size_t> begun_{0};
    std::atomic<std::size_t> gone_{0};
    std::uint64_t notifications_ = 0;

protected:
    Crew crew_;  // last: its threads use everything above
};

}  // namespace benchmarks::waiting
