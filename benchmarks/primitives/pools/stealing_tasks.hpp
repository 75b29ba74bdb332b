// A queue for each executor; one that finds its own empty takes from the others, and sleeps when all are empty.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Tasks come from outside, so that the owner's end of a queue without locks would serve nobody: each queue has its mutex, which
// is free unless somebody steals. Oldest first at both ends: a task that is passed over for ever would never come back.
class StealingTasks {
public:
    explicit StealingTasks(const latchmark::Setting& setting)
        : results_(kQueueCapacity, setting), queues_(setting.workers - 1, setting.memory) {}

    [[nodiscard]] std::size_t most_outstanding() const { return kMostOutstanding; }

    void submit(const Task& task) {
        queues_[next_.value++ % queues_.size()].push(task);
        // seq_cst, as in take(): either the executor that is about to sleep sees the new count, or it is seen here.
        submitted_.value.fetch_add(1, std::memory_order_seq_cst);
        if (sleepers_.value.load(std::memory_order_seq_cst) != 0) futex_wake(submitted_.value, 1, FutexScope::threads_only);
    }

    [[nodiscard]] Task take(std::size_t executor) {
        Task task;
        for (;;) {
            if (find(executor, task)) return task;
            sleepers_.value.fetch_add(1, std::memory_order_seq_cst);
            const std::uint32_t seen = submitted_.value.load(std::memory_order_seq_cst);
            const bool is_found = find(executor, task);  // again: what came before `seen` wakes nobody
            if (!is_found) futex_wait(submitted_.value, seen, FutexScope::threads_only);
            sleepers_.value.fetch_sub(1, std::memory_order_relaxed);  // too late costs a wake-up of nobody
            if (is_found) return task;
        }
    }

    void finish(std::size_t /*executor*/, const Done& done) { results_.push(done); }
    [[nodiscard]] Done collect() { return results_.pop(); }
    [[nodiscard]] bool try_collect(Done& done) { return results_.try_pop(done); }

private:
    class Queue {
    public:
        void push(const Task& task) {
            const std::lock_guard lock(mutex_);
            tasks_[back_ % kQueueCapacity] = task;
            // relaxed: whoever is misled by a glance looks again under the mutex, or before it sleeps
            back_.store(back_ + 1, std::memory_order_relaxed);
        }
        [[nodiscard]] bool try_pop(Task& task) {
            if (is_empty()) return false;  // a glance first: thieves must not take the locks of empty queues
            const std::lock_guard lock(mutex_);
            if (is_empty()) return false;
            task = tasks_[front_ % kQueueCapacity];
            front_.store(front_ + 1, std::memory_order_relaxed);
            return true;
        }

    private:
        [[nodiscard]] bool is_empty() const {
            return front_.load(std::memory_order_relaxed) == back_.load(std::memory_order_relaxed);
        }

        alignas(latchmark::kIsolationSize) std::mutex mutex_{};
        std::atomic<std::uint64_t> front_{0};
        std::atomic<std::uint64_t> back_{0};
        std::array<Task, kQueueCapacity> tasks_{};
    };

    [[nodiscard]] bool find(std::size_t executor, Task& task) {
        for (std::size_t i = 0; i < queues_.size(); ++i)
            if (queues_[(executor + i) % queues_.size()].try_pop(task)) return true;
        return false;
    }

    MutexQueue<Done> results_;
    latchmark::Isolated<std::uint64_t> next_{};  // the submitter's own
    latchmark::Isolated<FutexWord> submitted_{};
    latchmark::Isolated<std::atomic<std::uint32_t>> sleepers_{};
    latchmark::Slots<Queue> queues_;
};

}  // namespace benchmarks
