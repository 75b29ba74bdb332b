// Tasks and results through one queue each, of whatever kind.
#pragma once
#include <cstddef>

#include "benchmarks/primitives/pools/mutex_queue.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "benchmarks/primitives/pools/ticket_ring.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Judgement: 32 tasks each for 64 executors; and as many again in the queue, so that an index that is late finds its place free.
inline constexpr std::size_t kMostOutstanding = 2048;
inline constexpr std::size_t kQueueCapacity = 2 * kMostOutstanding;

template <template <typename> class Queue>
class QueueTasks {
public:
    explicit QueueTasks(const latchmark::Setting& setting) : tasks_(kQueueCapacity, setting), results_(kQueueCapacity, setting) {}

    [[nodiscard]] std::size_t most_outstanding() const { return kMostOutstanding; }
    void submit(const Task& task) { tasks_.push(task); }
    [[nodiscard]] Task take(std::size_t /*executor*/) { return tasks_.pop(); }
    void finish(std::size_t /*executor*/, const Done& done) { results_.push(done); }
    [[nodiscard]] Done collect() { return results_.pop(); }
    [[nodiscard]] bool try_collect(Done& done) { return results_.try_pop(done); }

private:
    Queue<Task> tasks_;
    Queue<Done> results_;
};

using MutexQueueTasks = QueueTasks<MutexQueue>;
using RingTasks = QueueTasks<TicketRing>;

}  // namespace benchmarks
