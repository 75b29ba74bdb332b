// The pool of oneTBB, where it is installed: tasks go into an arena, whose threads are the library's own.
#pragma once
#include <atomic>
#include <cstddef>
#include <exception>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <optional>
#include <pthread.h>
#include <sched.h>
#include <string>

#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

inline constexpr const char* kArenaTasksAbsent = "";

// Executors of the team only lend their CPUs, one to each of the library's threads, which are made when first needed and would
// otherwise all stay on the submitter's. What these threads do is not counted as CPU time of the executors. Results come back
// as those of the other queues do.
class ArenaTasks {
public:
    explicit ArenaTasks(const latchmark::Setting& setting)
        : results_(kQueueCapacity, setting),
          cpus_(setting.workers - 1, setting.memory),
          // The library allows one thread a CPU otherwise, and its submitter is one.
          allowed_(tbb::global_control::max_allowed_parallelism, setting.workers),
          arena_(static_cast<int>(setting.workers - 1), 0) {}  // none of its slots is kept for the submitter, who only enqueues

    [[nodiscard]] std::size_t most_outstanding() const { return kMostOutstanding; }

    template <typename Execute>
    void submit(const Task& task, Execute execute) {
        running_.value.fetch_add(1, std::memory_order_relaxed);
        arena_.enqueue([this, task, execute] {
            sit_down();
            // Nobody else's while this runs. An arena for one thread has two slots.
            const auto slot = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
            results_.push(execute(slot % cpus_.size(), task));
            running_.value.fetch_sub(1, std::memory_order_release);  // the last that is done here
        });
    }

    // By each executor, in all of its batches.
    void offer(std::size_t executor) {
        if (cpus_[executor] != 0) return;
        cpus_[executor] = static_cast<unsigned>(::sched_getcpu()) + 1;
        offers_.fetch_add(1, std::memory_order_release);  // the CPU before the count of them
    }

    void wait_until_idle() const {
        while (running_.value.load(std::memory_order_acquire) != 0) ::sched_yield();  // pairs with the end of each task
    }

    [[nodiscard]] Done collect() { return results_.pop(); }
    [[nodiscard]] bool try_collect(Done& done) { return results_.try_pop(done); }

private:
    // A thread of the library moves to a CPU of its own as soon as all executors have told theirs: in the warm-up.
    void sit_down() {
        static thread_local const ArenaTasks* host = nullptr;
        if (host == this || offers_.load(std::memory_order_acquire) < cpus_.size()) return;
        const unsigned cpu = cpus_[seated_.fetch_add(1, std::memory_order_relaxed) % cpus_.size()] - 1;
        Seat({cpu}, 0).give_to(::pthread_self());
        host = this;
    }

    MutexQueue<Done> results_;
    latchmark::Isolated<std::atomic<std::size_t>> running_{};
    latchmark::Slots<unsigned> cpus_;  // of each executor, + 1; 0: not known yet
    std::atomic<std::size_t> offers_{0};
    std::atomic<std::size_t> seated_{0};
    tbb::global_control allowed_;
    tbb::task_arena arena_;
};

// Why there is no such pool here, if so. The library makes its threads for the first task: where it may not, the team would wait
// for that task until its time is up.
[[nodiscard]] inline std::optional<std::string> lacks_arena() {
    try {
        ArenaTasks trial(latchmark::Setting{.workers = 2});
        trial.submit({}, [](std::size_t /*executor*/, const Task& task) { return Done{.number = task.number}; });
        static_cast<void>(trial.collect());
        trial.wait_until_idle();
        return std::nullopt;
    } catch (const std::exception& problem) {
        return std::string("oneTBB: ") + problem.what();
    }
}

}  // namespace benchmarks
