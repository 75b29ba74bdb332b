// A pool made of a team: worker 0 submits, the others execute, and everything that goes out must come back once.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>

#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// How many of the operations from..from+operations are this executor's: those whose number modulo the executors is its index.
// Each knows by that how many tasks to wait for in a batch, whichever they are, and nobody has to be told that a batch is over.
[[nodiscard]] constexpr std::uint64_t share_of(std::size_t executor, std::size_t executors, std::uint64_t from,
                                               std::uint64_t operations) {
    const auto below = [&](std::uint64_t end) { return (end + executors - 1 - executor) / executors; };
    return below(from + operations) - below(from);
}

// `Channel` is how tasks are handed over (task.hpp). `Work` is what one does: a function from its number to its result, which
// the submitter can check with Work::expected(number). Lies in the team's memory, as every workload does.
template <typename Channel, typename Work>
class Pool {
public:
    static constexpr std::array<std::string_view, 2> kParts{"submitter", "executor"};
    static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker == 0 ? 0 : 1; }

    Pool(const latchmark::Setting& setting, const Work& work)
        : channel_{Channel(setting)},
          executors_(executors_of(setting), setting.memory),
          is_out_(kWindow, setting.memory),
          work_(work) {}
    ~Pool() {
        // Tasks that nobody collected would outlive what they write to.
        if constexpr (RunsByItself<Channel>) channel_.value.wait_until_idle();
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    [[nodiscard]] std::size_t executors() const { return executors_.size(); }
    [[nodiscard]] std::size_t most_outstanding() const { return channel_.value.most_outstanding(); }
    [[nodiscard]] std::uint64_t outstanding() const { return submitter_.value.submitted - submitter_.value.collected; }
    [[nodiscard]] std::uint64_t submitted() const { return submitter_.value.submitted; }

    // By the submitter, when fewer than most_outstanding() tasks are out.
    void submit(std::uint64_t intended_ns) {
        const Task task{submitter_.value.submitted, intended_ns};
        std::uint64_t& place = is_out_[task.number % kWindow];
        if (place != 0)
            throw std::runtime_error("task " + std::to_string(place - 1) + " did not come back while " + std::to_string(kWindow) +
                                     " others did");
        place = task.number + 1;
        ++submitter_.value.submitted;
        if constexpr (HandsOver<Channel>)
            channel_.value.submit(task);
        else
            channel_.value.submit(task, [this](std::size_t executor, const Task& handed) { return execute(executor, handed); });
    }

    // By the submitter: waits for a result, in whatever order they come.
    Done collect() { return accepted(channel_.value.collect()); }

    [[nodiscard]] bool try_collect(Done& done) {
        if (!channel_.value.try_collect(done)) return false;
        accepted(done);
        return true;
    }

    // By the submitter, at the beginning of its batch. What a pool that runs by itself has executed since the
    // last one was done outside every window: counted as operations, such tasks would seem to take no time.
    void begin_batch() {
        if constexpr (RunsByItself<Channel>) {
            // relaxed, here and in execute(): numbers; results go through the channel
            progress_.value.is_in_batch.store(true, std::memory_order_relaxed);
            for (std::uint64_t left = between_.value.exchange(0, std::memory_order_relaxed); left > 0; --left) collect();
        }
    }

    // By the submitter, at the end of its batch.
    void end_batch(std::uint64_t operations) {
        submitter_.value.asked += operations;
        // relaxed: numbers; results go through the channel
        progress_.value.is_in_batch.store(false, std::memory_order_relaxed);
        progress_.value.ended.store(submitter_.value.asked, std::memory_order_relaxed);
    }

    // By an executor: its share of the batch.
    void serve(std::size_t executor, std::uint64_t operations) {
        Executor& self = executors_[executor].value;
        const std::uint64_t from = self.asked;
        self.asked += operations;
        if constexpr (HandsOver<Channel>) {
            for (std::uint64_t left = share_of(executor, executors(), from, operations); left > 0; --left) {
                const Task task = channel_.value.take(executor);
                channel_.value.finish(executor, execute(executor, task));
            }
        } else {
            channel_.value.offer(executor);
            while (progress_.value.ended.load(std::memory_order_relaxed) < self.asked) nap();
        }
    }

    // Every task that went out was executed once and came back once, except those that are still to be: the submitter may be
    // some ahead of the executors. `operations` are those of all workers. Takes what nobody has collected yet.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        take_the_rest();
        std::uint64_t executed = 0;
        for (const auto& executor : executors_) executed += executor.value.executed;
        std::uint64_t out = 0;
        for (const std::uint64_t place : is_out_) out += place != 0 ? 1 : 0;
        return submitter_.value.wrong == 0 && out == outstanding() && executed == submitter_.value.collected &&
               (RunsByItself<Channel> ? outstanding() == 0 : submitter_.value.collected == submitter_.value.asked) &&
               operations == submitter_.value.asked * (1 + executors());
    }

private:
    // More than the tasks that may be out (a power of two, for a short division): the latest that come back are these.
    static constexpr std::size_t kWindow = 4096;

    struct Submitter {
        std::uint64_t asked = 0;
        std::uint64_t submitted = 0;
        std::uint64_t collected = 0;
        std::uint64_t wrong = 0;
    };
    struct Executor {
        std::uint64_t asked = 0;
        std::uint64_t executed = 0;
    };

    [[nodiscard]] static std::size_t executors_of(const latchmark::Setting& setting) {
        if (setting.workers < 2) throw std::invalid_argument("a pool takes a submitter and at least one executor");
        return setting.workers - 1;
    }

    [[nodiscard]] Done execute(std::size_t executor, const Task& task) {
        Done done{.number = task.number, .intended_ns = task.intended_ns, .result = work_(task.number)};
        if (task.intended_ns != 0) done.done_ns = latchmark::now_ns();
        ++executors_[executor].value.executed;
        if (RunsByItself<Channel> && !progress_.value.is_in_batch.load(std::memory_order_relaxed))
            between_.value.fetch_add(1, std::memory_order_relaxed);
        return done;
    }

    void take_the_rest() const {
        if constexpr (RunsByItself<Channel>) {
            while (outstanding() > 0) accepted(channel_.value.collect());
        } else {
            for (Done late; channel_.value.try_collect(late);) accepted(late);
        }
    }

    // One that is not out came twice or never went; its place is free for what comes next.
    const Done& accepted(const Done& done) const {
        std::uint64_t& place = is_out_[done.number % kWindow];
        if (place != done.number + 1 || done.result != work_.expected(done.number)) ++submitter_.value.wrong;
        place = 0;
        ++submitter_.value.collected;
        return done;
    }

    // An executor whose CPU is wanted by others must not spin on it, nor be woken at the end of each batch of microseconds by
    // the submitter, whose time that would be. So it looks every 100 us (judgement): up to 3 % of a window of 5 ms late.
    static void nap() {
        constexpr timespec kNap{.tv_sec = 0, .tv_nsec = 100'000};
        ::nanosleep(&kNap, nullptr);
    }

    // What the submitter tells of itself: operations that it has ended, and whether it is in a batch.
    struct Progress {
        std::atomic<std::uint64_t> ended{0};
        std::atomic<bool> is_in_batch{false};
    };

    // Mutable: what is still on its way when the team has ended is taken in by verify(). Each that is written while the team
    // works is apart from the others; the last three only say where.
    mutable latchmark::Isolated<Channel> channel_;
    mutable latchmark::Isolated<Submitter> submitter_{};
    latchmark::Isolated<Progress> progress_{};
    latchmark::Isolated<std::atomic<std::uint64_t>> between_{};  // executed while the submitter was in no batch
    latchmark::Slots<latchmark::Isolated<Executor>> executors_;
    mutable latchmark::Slots<std::uint64_t> is_out_;  // by number modulo the window: the number + 1 of a task that is out
    Work work_;
};

}  // namespace benchmarks
