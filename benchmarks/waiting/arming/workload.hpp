// A token goes to another worker and back, and each waits for it with a timeout that does not expire, or with none.
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
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::waiting {

enum class Timeout { none, armed };

// An event each, for one waiter: `wait` returns true when it has been posted and takes the post, false when the time was up.

class CondvarEvent {
public:
    void post() {
        {
            const std::lock_guard lock(mutex_);
            is_posted_ = true;
        }
        posted_.notify_one();
    }

    template <Timeout kTimeout>
    [[nodiscard]] bool wait(std::chrono::nanoseconds timeout) {
        std::unique_lock lock(mutex_);
        const auto is_posted = [this] { return is_posted_; };
        if constexpr (kTimeout == Timeout::none)
            posted_.wait(lock, is_posted);
        else if (!posted_.wait_for(lock, timeout, is_posted))
            return false;
        is_posted_ = false;
        return true;
    }

private:
    std::mutex mutex_;
    std::condition_variable posted_;
    bool is_posted_ = false;
};

[[nodiscard]] inline timespec timespec_of(std::chrono::nanoseconds duration) {
    constexpr std::chrono::nanoseconds::rep kSecond = 1'000'000'000;
    return {.tv_sec = duration.count() / kSecond, .tv_nsec = duration.count() % kSecond};
}

class FutexEvent {
public:
    void post() {
        posts_.store(1, std::memory_order_release);  // what the poster did before is the waiter's now
        futex_wake(posts_, 1, FutexScope::threads_only);
    }

    template <Timeout kTimeout>
    [[nodiscard]] bool wait(std::chrono::nanoseconds timeout) {
        const timespec left = timespec_of(timeout);
        // acquire: the other end of that release
        while (posts_.exchange(0, std::memory_order_acquire) == 0) {
            const long result =
                ::syscall(SYS_futex, &posts_, FUTEX_WAIT_PRIVATE, 0, kTimeout == Timeout::none ? nullptr : &left, nullptr, 0);
            if (result == 0 || errno == EAGAIN || errno == EINTR) continue;
            if (errno != ETIMEDOUT) throw std::system_error(errno, std::generic_category(), "futex");
            return false;
        }
        return true;
    }

private:
    FutexWord posts_{0};
};

class PpollEvent {
public:
    void post() {
        constexpr std::uint64_t kOne = 1;
        checked(::write(event_.get(), &kOne, sizeof(kOne)), "write to an eventfd");
    }

    template <Timeout kTimeout>
    [[nodiscard]] bool wait(std::chrono::nanoseconds timeout) {
        pollfd waited{.fd = event_.get(), .events = POLLIN, .revents = 0};
        const timespec left = timespec_of(timeout);
        int ready = -1;
        while (ready < 0) {
            ready = ::ppoll(&waited, 1, kTimeout == Timeout::none ? nullptr : &left, nullptr);
            if (errno != EINTR) checked(ready, "ppoll");
        }
        std::uint64_t posts = 0;
        if (ready > 0) checked(::read(event_.get(), &posts, sizeof(posts)), "read of an eventfd");
        return ready > 0;
    }

private:
    Descriptor event_{checked(::eventfd(0, EFD_CLOEXEC), "eventfd")};
};

// Worker 0 sends the token, worker 1 sends it back. Lockstep: both get the same operations.
template <typename Event, Timeout kTimeout>
class Arming {
public:
    static constexpr std::array<latchmark::Quantity, 1> kQuantities{
        latchmark::Quantity{"expired_share", "share", "none", "waits that expired and were begun again: they should be rare"}};

    explicit Arming(const latchmark::Setting& setting)
        : timeout_(static_cast<std::chrono::nanoseconds::rep>(setting.parameter("timeout"))),
          ends_(2, setting.memory),
          token_(1, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a token that goes there and back takes two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            if (worker == 0) send_from(0);
            receive(worker);
            if (worker == 1) send_from(1);
        }
    }

    // Each end has sent the token as often as it should, and nobody while it was not his.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        return token_[0].value == operations && ends_[0].received == ends_[1].received &&
               ends_[0].received + ends_[1].received == operations && ends_[0].wrong_tokens + ends_[1].wrong_tokens == 0;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        const std::uint64_t received = ends_[0].received + ends_[1].received;
        if (received == 0) return {latchmark::Unavailable{"nobody has waited"}};
        const std::uint64_t expired = ends_[0].expired + ends_[1].expired;
        return {static_cast<double>(expired) / static_cast<double>(received + expired)};
    }

protected:
    struct alignas(latchmark::kIsolationSize) End {
        Event arrival{};
        std::uint64_t received = 0;
        std::uint64_t wrong_tokens = 0;
        std::uint64_t expired = 0;
    };

    // Counts how often it was sent. A plain integer: the events alone say whose it is.
    void send_from(std::size_t worker) {
        ++token_[0].value;
        ends_[1 - worker].arrival.post();
    }

    void receive(std::size_t worker) {
        End& self = ends_[worker];
        while (!self.arrival.template wait<kTimeout>(timeout_)) ++self.expired;
        const std::uint64_t sent_before = 2 * self.received + (worker == 0 ? 2 : 1);
        if (token_[0].value != sent_before) ++self.wrong_tokens;
        ++self.received;
    }

    std::chrono::nanoseconds timeout_;
    latchmark::Slots<End> ends_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> token_;
};

}  // namespace benchmarks::waiting
