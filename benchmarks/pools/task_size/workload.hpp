// Tasks of a known length, as many as keep all executors of a pool busy.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "benchmarks/primitives/pools/pool.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

// A chain of calibrated length, whose last value proves that it was run to its end.
class ChainTask {
public:
    explicit ChainTask(std::uint64_t steps) : steps_(steps), value_(run(0)) {}

    // The mark waits for the end of the chain, as the result of real work would: it could be sent off before otherwise.
    [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const { return run(number) + mark_of(number); }
    [[nodiscard]] std::uint64_t expected(std::uint64_t number) const { return value_ + mark_of(number); }

private:
    // Begins when the task is known: it would overlap with the one before otherwise.
    [[nodiscard]] std::uint64_t run(std::uint64_t number) const {
        latchmark::Chain chain;
        chain.follow(number);
        chain.run(steps_);
        return chain.result();
    }

    std::uint64_t steps_;
    std::uint64_t value_;
};

// The submitter works only when the pool is InlineTasks.
template <typename Channel>
class TaskSize {
public:
    using ThePool = Pool<Channel, ChainTask>;
    static constexpr auto kParts = ThePool::kParts;
    static std::size_t part_of(std::size_t worker, std::size_t workers) { return ThePool::part_of(worker, workers); }

    explicit TaskSize(const latchmark::Setting& setting)
        : pool_(setting, ChainTask(setting.chain_steps(setting.parameter("task")))),
          ahead_(std::min(pool_.most_outstanding(), tasks_ahead(setting.parameter("task")) * pool_.executors())) {}

    // Stays some tasks ahead, also from one batch to the next: with one task a batch nobody would have a second one to go on
    // with. Executors take what the batch asks for and no more, so none is executed outside a window.
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker != 0) return pool_.serve(worker - 1, operations);
        pool_.begin_batch();
        for (std::uint64_t i = 0; i < operations; ++i) {
            while (pool_.outstanding() < ahead_) pool_.submit(0);
            pool_.collect();
        }
        pool_.end_batch(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return pool_.verify(operations); }

private:
    // For each executor. Judgement: they last while a submitter that sleeps is woken, and there is one to go on with at least.
    [[nodiscard]] static std::size_t tasks_ahead(double task_ns) {
        constexpr double kAheadNs = 64'000;
        return std::max<std::size_t>(2, static_cast<std::size_t>(kAheadNs / task_ns));
    }

    ThePool pool_;
    std::size_t ahead_;
};

}  // namespace benchmarks::pools
