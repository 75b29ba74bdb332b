// Waits for something that never comes, until their time is up: how late they return.
#pragma once
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <mutex>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::waiting {

[[nodiscard]] inline timespec timespec_of(std::uint64_t ns) {
    return {.tv_sec = static_cast<time_t>(ns / 1'000'000'000U), .tv_nsec = static_cast<long>(ns % 1'000'000'000U)};
}

[[nodiscard]] inline std::uint64_t left_ns(std::uint64_t deadline_ns) {
    const std::uint64_t now = latchmark::now_ns();
    return deadline_ns > now ? deadline_ns - now : 0;
}

// Of calls to which an expired timeout is an error.
[[nodiscard]] inline bool has_timed_out(long result, const char* call) {
    if (result < 0 && errno == ETIMEDOUT) return true;
    if (result == 0 || errno == EINTR) return false;
    throw std::system_error(errno, std::generic_category(), call);
}

// Of calls that answer an expired timeout with how much is ready: nothing.
[[nodiscard]] inline bool was_not_interrupted(long result, const char* call) {
    if (result < 0 && errno == EINTR) return false;
    return checked(result, call) >= 0;
}

// A timed wait each: `until(deadline_ns)` says whether the time is up. A wait that a signal ended, or nothing at all, says no and
// is begun again.

class NanosleepWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        const timespec deadline = timespec_of(deadline_ns);
        const int error = ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
        if (error == EINTR) return false;
        throw_unless_zero(error, "clock_nanosleep");
        return true;
    }
};

// With the steady clock, which is CLOCK_MONOTONIC in both libraries.
class CondvarWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        const std::chrono::steady_clock::time_point deadline{std::chrono::nanoseconds(deadline_ns)};
        std::unique_lock lock(mutex_);
        return never_.wait_until(lock, deadline) == std::cv_status::timeout;
    }

private:
    std::mutex mutex_;
    std::condition_variable never_;
};

class SemaphoreWait {
public:
    SemaphoreWait() { checked(::sem_init(&never_, 0, 0), "sem_init"); }
    ~SemaphoreWait() { ::sem_destroy(&never_); }
    SemaphoreWait(const SemaphoreWait&) = delete;
    SemaphoreWait& operator=(const SemaphoreWait&) = delete;

    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        const timespec deadline = timespec_of(deadline_ns);
        return has_timed_out(::sem_clockwait(&never_, CLOCK_MONOTONIC, &deadline), "sem_clockwait");
    }

private:
    sem_t never_{};
};

// FUTEX_WAIT_BITSET takes an absolute time, FUTEX_WAIT an interval.
class FutexWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        const timespec deadline = timespec_of(deadline_ns);
        const long result =
            ::syscall(SYS_futex, &never_, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, &deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
        return has_timed_out(result, "futex");
    }

private:
    std::atomic<std::uint32_t> never_{0};
};

// The other end of what never becomes readable.
class NeverReadable {
public:
    [[nodiscard]] int get() const { return event_.get(); }

private:
    Descriptor event_{checked(::eventfd(0, EFD_CLOEXEC), "eventfd")};
};

class PpollWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        pollfd waited{.fd = never_.get(), .events = POLLIN, .revents = 0};
        const timespec left = timespec_of(left_ns(deadline_ns));
        return was_not_interrupted(::ppoll(&waited, 1, &left, nullptr), "ppoll");
    }

private:
    NeverReadable never_;
};

// In whole milliseconds, rounded up as a program must that may not be early: 0 would be a busy loop.
class EpollWait {
public:
    EpollWait() {
        epoll_event event{.events = EPOLLIN, .data = {.fd = never_.get()}};
        checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, never_.get(), &event), "epoll_ctl");
    }

    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        constexpr std::uint64_t kMillisecond = 1'000'000;
        epoll_event event{};
        const auto left_ms = static_cast<int>((left_ns(deadline_ns) + kMillisecond - 1) / kMillisecond);
        return was_not_interrupted(::epoll_wait(epoll_.get(), &event, 1, left_ms), "epoll_wait");
    }

private:
    NeverReadable never_;
    Descriptor epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
};

// A blocking read of a timer that is set anew each time. The kernel adds no slack to it.
class TimerfdWait {
public:
    [[nodiscard]] bool until(std::uint64_t deadline_ns) {
        const itimerspec setting{.it_interval = {}, .it_value = timespec_of(deadline_ns)};
        checked(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr), "timerfd_settime");
        std::uint64_t expirations = 0;
        return was_not_interrupted(::read(timer_.get(), &expirations, sizeof(expirations)), "read of a timerfd");
    }

private:
    Descriptor timer_{checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create")};
};

// Each worker waits on an object of its own, with the timer slack of the setting.
template <typename Wait>
class Timed {
public:
    static constexpr std::array<latchmark::Quantity, 1> kQuantities{
        latchmark::Quantity{"timer_slack", "ns", "none", "by how much the kernel might delay the thread's timers, as it says"}};

    explicit Timed(const latchmark::Setting& setting)
        : timeout_ns_(static_cast<std::uint64_t>(setting.parameter("timeout"))),
          wanted_slack_ns_(static_cast<unsigned long>(setting.parameter("timer_slack"))),
          workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        run_with(worker, operations, [](std::uint64_t) {});
    }

    // From the intended end until the wait had returned.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        run_with(worker, operations, [&](std::uint64_t late_ns) { recorder.record(late_ns); });
    }

    // Each wait lasted as long as it should, at least.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const Worker& worker : workers_) {
            if (worker.early != 0) return false;
            operations -= worker.waits;
        }
        return operations == 0;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        const Worker& subject = workers_[0];
        if (subject.waits == 0) return {latchmark::Unavailable{"no worker has waited"}};
        return {static_cast<double>(subject.slack_ns)};
    }

protected:
    struct alignas(latchmark::kIsolationSize) Worker {
        Wait wait{};
        std::uint64_t waits = 0;
        std::uint64_t early = 0;
        int slack_ns = 0;
    };

    template <typename Record>
    void run_with(std::size_t worker, std::uint64_t operations, Record record) {
        Worker& self = workers_[worker];
        if (self.waits == 0) self.slack_ns = granted_slack_ns();
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t deadline_ns = latchmark::now_ns() + timeout_ns_;
            while (!self.wait.until(deadline_ns)) {
            }
            const std::uint64_t returned_ns = latchmark::now_ns();
            if (returned_ns >= deadline_ns)
                record(returned_ns - deadline_ns);
            else
                ++self.early;
            ++self.waits;
        }
    }

private:
    // The slack belongs to the thread, so each worker sets its own; the default is 50 us.
    [[nodiscard]] int granted_slack_ns() const {
        checked(::prctl(PR_SET_TIMERSLACK, wanted_slack_ns_, 0UL, 0UL, 0UL), "prctl(PR_SET_TIMERSLACK)");
        return checked(::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL), "prctl(PR_GET_TIMERSLACK)");
    }

    std::uint64_t timeout_ns_;
    unsigned long wanted_slack_ns_;
    latchmark::Slots<Worker> workers_;
};

}  // namespace benchmarks::waiting
