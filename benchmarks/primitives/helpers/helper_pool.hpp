// Threads that a workload keeps to hand work to: one queue behind a mutex and a condition variable, the plainest pool.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/primitives/helpers/seat.hpp"

namespace benchmarks {

class HelperPool {
public:
    // Throws when a thread cannot be made or moved to its seat.
    HelperPool(std::size_t threads, const std::vector<unsigned>& seats) {
        try {
            for (std::size_t helper = 0; helper < threads; ++helper)
                add_thread(threads_, Seat(seats, helper), [this] { work(); });
        } catch (...) {
            stop();
            throw;
        }
    }
    ~HelperPool() { stop(); }
    HelperPool(const HelperPool&) = delete;
    HelperPool& operator=(const HelperPool&) = delete;

    // The task must not throw: there is nobody to catch it.
    void submit(std::function<void()> task) {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        has_task_.notify_one();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            has_task_.wait(lock, [this] { return !tasks_.empty() || is_stopping_; });
            if (tasks_.empty()) return;  // what was submitted is done before the pool ends
            const auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            is_stopping_ = true;
        }
        has_task_.notify_all();
        for (auto& thread : threads_) thread.join();
    }

    std::mutex mutex_;
    std::condition_variable has_task_;
    std::deque<std::function<void()>> tasks_;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace benchmarks
