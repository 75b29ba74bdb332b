// Ways to tell the threads of a pool to stop: each is what the threads do until then, and how they are told.
#pragma once
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <deque>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <stop_token>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include "benchmarks/primitives/crew/crew.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Of each: `arm()` while nobody serves; `serve(index, turn)` returns when the thread has been told, and says `turn()` each time
// round its loop, where nothing told after can be missed; `request(crew)` tells all.

// Works, and looks at the token between two pieces.
class PollsBetweenPieces {
public:
    static constexpr bool kSleeps = false;
    static constexpr double kPieceNs = 10'000;  // short for a task, long for a look at a flag (judgement)

    PollsBetweenPieces(const latchmark::Setting& setting, std::size_t /*threads*/)
        : piece_steps_(setting.chain_steps(kPieceNs)) {}

    void arm() { source_ = std::stop_source(); }

    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        const std::stop_token token = source_.get_token();
        latchmark::Chain work;
        while (!token.stop_requested()) {
            turn();
            work.run(piece_steps_);
        }
    }

    void request(const Crew& /*crew*/) { source_.request_stop(); }

private:
    std::uint64_t piece_steps_;
    std::stop_source source_;
};

// Has nothing to do, and looks at a flag when it has slept for a while.
class PollsBetweenNaps {
public:
    static constexpr bool kSleeps = true;
    static constexpr std::chrono::microseconds kNap{1'000};  // a common compromise of delay and idle CPU time (judgement)

    PollsBetweenNaps(const latchmark::Setting& /*setting*/, std::size_t /*threads*/) {}

    void arm() { is_told_.store(false); }

    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        while (!is_told_.load()) {
            turn();
            std::this_thread::sleep_for(kNap);
        }
    }

    void request(const Crew& /*crew*/) { is_told_.store(true); }

private:
    std::atomic<bool> is_told_{false};
};

// Waits for work; the wait registers a stop_callback that notifies it.
class WaitsWithStopToken {
public:
    static constexpr bool kSleeps = true;

    WaitsWithStopToken(const latchmark::Setting& /*setting*/, std::size_t /*threads*/) {}

    void arm() { source_ = std::stop_source(); }

    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        const std::stop_token token = source_.get_token();
        std::unique_lock lock(mutex_);
        turn();
        work_.wait(lock, token, [] { return false; });
    }

    void request(const Crew& /*crew*/) { source_.request_stop(); }

private:
    std::mutex mutex_;
    std::condition_variable_any work_;
    std::stop_source source_;
};

// Takes tasks from a queue; a pill is a task that ends whoever takes it, so each thread needs one.
class TakesPills {
public:
    static constexpr bool kSleeps = true;

    TakesPills(const latchmark::Setting& /*setting*/, std::size_t /*threads*/) {}

    void arm() {
        const std::lock_guard lock(mutex_);
        queue_.clear();
    }

    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        std::unique_lock lock(mutex_);
        for (;;) {
            turn();
            has_task_.wait(lock, [this] { return !queue_.empty(); });
            const Task task = queue_.front();
            queue_.pop_front();
            if (task == Task::pill) return;
        }
    }

    void request(const Crew& crew) {
        for (std::size_t i = 0; i < crew.size(); ++i) {
            {
                const std::lock_guard lock(mutex_);
                queue_.push_back(Task::pill);
            }
            has_task_.notify_one();
        }
    }

private:
    enum class Task { work, pill };
    std::mutex mutex_;
    std::condition_variable has_task_;
    std::deque<Task> queue_;
};

// An event loop a thread; one eventfd, which nobody reads while it tells, is in all of them.
class WatchesEventfd {
public:
    static constexpr bool kSleeps = true;

    WatchesEventfd(const latchmark::Setting& /*setting*/, std::size_t threads) {
        for (std::size_t i = 0; i < threads; ++i) {
            loops_.emplace_back(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
            epoll_event event{.events = EPOLLIN, .data = {.fd = told_.get()}};
            checked(::epoll_ctl(loops_.back().get(), EPOLL_CTL_ADD, told_.get(), &event), "epoll_ctl");
        }
    }

    void arm() {
        std::uint64_t requests = 0;
        if (::read(told_.get(), &requests, sizeof(requests)) < 0 && errno != EAGAIN)
            throw std::system_error(errno, std::generic_category(), "read of an eventfd");
    }

    template <typename Turn>
    void serve(std::size_t index, Turn turn) {
        epoll_event event{};
        int ready = 0;
        while (ready == 0) {
            turn();
            ready = ::epoll_wait(loops_[index].get(), &event, 1, -1);
            if (ready < 0 && errno == EINTR) ready = 0;
            checked(ready, "epoll_wait");
        }
    }

    void request(const Crew& /*crew*/) {
        constexpr std::uint64_t kOne = 1;
        checked(::write(told_.get(), &kOne, sizeof(kOne)), "write to an eventfd");
    }

private:
    Descriptor told_{checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")};
    std::vector<Descriptor> loops_;
};

// Waits in a system call that a signal interrupts. The signal is let in during that call only: one that came between looking at
// the flag and waiting would be lost.
class HeedsSignal {
public:
    static constexpr bool kSleeps = true;

    HeedsSignal(const latchmark::Setting& /*setting*/, std::size_t /*threads*/) {
        struct sigaction action {};
        action.sa_handler = [](int) {};  // the interruption is the message; SIG_IGN would not interrupt
        checked(::sigaction(kSignal, &action, &action_before_), "sigaction");
    }
    ~HeedsSignal() { ::sigaction(kSignal, &action_before_, nullptr); }
    HeedsSignal(const HeedsSignal&) = delete;
    HeedsSignal& operator=(const HeedsSignal&) = delete;

    void arm() { is_told_.store(false); }

    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        sigset_t signal;
        sigset_t let_in;
        ::sigemptyset(&signal);
        ::sigaddset(&signal, kSignal);
        throw_unless_zero(::pthread_sigmask(SIG_BLOCK, &signal, &let_in), "pthread_sigmask");
        ::sigdelset(&let_in, kSignal);  // it was blocked before, if the thread has served before
        while (!is_told_.load()) {
            turn();
            if (::ppoll(nullptr, 0, nullptr, &let_in) < 0 && errno != EINTR)
                throw std::system_error(errno, std::generic_category(), "ppoll");
        }
    }

    void request(const Crew& crew) {
        is_told_.store(true);
        for (std::size_t i = 0; i < crew.size(); ++i) checked(::tgkill(::getpid(), crew.id(i), kSignal), "tgkill");
    }

private:
    static constexpr int kSignal = SIGUSR1;
    struct sigaction action_before_ {};
    std::atomic<bool> is_told_{false};
};

}  // namespace benchmarks
