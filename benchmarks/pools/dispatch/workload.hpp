// Empty tasks, handed to a pool one by one or on a schedule.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmarks/primitives/pools/arrivals.hpp"
#include "benchmarks/primitives/pools/pool.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::pools {

// Nothing but the proof that it was executed.
struct EmptyTask {
    [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const { return mark_of(number); }
    [[nodiscard]] static std::uint64_t expected(std::uint64_t number) { return mark_of(number); }
};

// How fast the closed loop goes: an open loop's load is a share of that. The first batches are left out, in which workers go to
// sleep for the first time and caches fill.
class Rehearsal {
public:
    static constexpr std::uint64_t kSettleNs = 3'000'000;
    static constexpr std::uint64_t kEndNs = 12'000'000;  // judgement: within the warm-up of every preset, which is 20 ms at least

    [[nodiscard]] bool is_over() const { return elapsed_ns_ >= kEndNs && count_ > 0; }

    void add(std::uint64_t operations, std::uint64_t took_ns) {
        if (elapsed_ns_ >= kSettleNs)
            times_ns_[count_++ % times_ns_.size()] = static_cast<double>(took_ns) / static_cast<double>(operations);
        elapsed_ns_ += took_ns;
    }

    // The median of the batches: a CPU that was taken away once in these milliseconds would halve the load otherwise.
    [[nodiscard]] double time_per_operation_ns() const {
        auto times_ns = times_ns_;
        const auto end = times_ns.begin() + static_cast<std::ptrdiff_t>(std::min(count_, times_ns.size()));
        const auto middle = times_ns.begin() + (end - times_ns.begin()) / 2;
        std::nth_element(times_ns.begin(), middle, end);
        return *middle;
    }

private:
    std::uint64_t elapsed_ns_ = 0;
    std::size_t count_ = 0;
    std::array<double, 1024> times_ns_{};  // the latest batches; those of 9 us and more all fit
};

template <typename Channel>
class Dispatch {
public:
    using ThePool = Pool<Channel, EmptyTask>;
    static constexpr auto kParts = ThePool::kParts;
    static std::size_t part_of(std::size_t worker, std::size_t workers) { return ThePool::part_of(worker, workers); }

    static constexpr std::array<latchmark::Quantity, 3> kQuantities{
        {{"closed_loop_time", "ns", "lower",
          "time of an operation in the closed loop of the warm-up, from which the load was taken"},
         {"generator_lateness", "ns", "lower", "how late the submitter was on average with what was due"},
         {"unsustained", "share", "lower",
          "share of arrivals that found the pool as far behind as it can be: above 0 the load was not sustained, and no latency "
          "is told"}}};

    explicit Dispatch(const latchmark::Setting& setting)
        : pool_(setting, EmptyTask{}),
          arrivals_(setting.seed, setting.memory),
          load_(setting.parameter("offered_load") / 100),
          most_behind_(std::min(kMostBehind, pool_.most_outstanding())) {}

    void run(std::size_t worker, std::uint64_t operations) { run_with(worker, operations, nullptr); }
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        run_with(worker, operations, &recorder);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return pool_.verify(operations); }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        if (offered_ == 0) {
            const latchmark::Unavailable nothing{load_ > 0 ? "the launch ended before anything was offered on a schedule"
                                                           : "a closed loop has no schedule"};
            return {nothing, nothing, nothing};
        }
        const auto mean = [this](double sum) { return sum / static_cast<double>(offered_); };
        return {rehearsal_.time_per_operation_ns(), mean(late_ns_), mean(static_cast<double>(unsustained_))};
    }

private:
    // Judgement: a burst, or a stall of some milliseconds, leaves fewer behind; a load that cannot be sustained any number.
    static constexpr std::size_t kMostBehind = 1024;

    void run_with(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder* recorder) {
        if (worker != 0) return pool_.serve(worker - 1, operations);
        pool_.begin_batch();
        if (load_ > 0 && rehearsal_.is_over())
            run_open(operations, recorder);
        else if (load_ > 0)
            rehearse(operations);
        else
            run_closed(operations, recorder);
        pool_.end_batch(operations);
    }

    // One task at a time: what is measured waits for itself.
    void run_closed(std::uint64_t operations, latchmark::LatencyRecorder* recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            pool_.submit(recorder != nullptr ? latchmark::now_ns() : 0);
            record(pool_.collect(), recorder);
        }
    }

    // Should it go on into a window, its latencies are none of the schedule's: they are not told.
    void rehearse(std::uint64_t operations) {
        const std::uint64_t begin_ns = latchmark::now_ns();
        run_closed(operations, nullptr);
        const std::uint64_t end_ns = latchmark::now_ns();
        rehearsal_.add(operations, end_ns - begin_ns);
        if (rehearsal_.is_over()) arrivals_.begin(end_ns, rehearsal_.time_per_operation_ns() / load_);
    }

    // Nobody waits for a result, except where the pool is so far behind that the load is not sustained.
    void run_open(std::uint64_t operations, latchmark::LatencyRecorder* recorder) {
        const auto submit = [&](std::uint64_t due_ns, std::uint64_t late_ns) {
            ++offered_;
            late_ns_ += static_cast<double>(late_ns);
            if (pool_.outstanding() >= most_behind_) ++unsustained_;
            while (pool_.outstanding() >= most_behind_) record(pool_.collect(), recorder);
            pool_.submit(recorder != nullptr ? due_ns : 0);
            for (Done done; pool_.try_collect(done);) record(done, recorder);
        };
        if (first_recorder_ == nullptr) first_recorder_ = recorder;
        offer(arrivals_, operations, latchmark::now_ns, submit);
        if (unsustained_ > 0 && recorder != nullptr) take_back(*recorder);
    }

    // Later windows may have another recorder than the first ones.
    void take_back(latchmark::LatencyRecorder& recorder) {
        recorder.clear();
        if (first_recorder_ != nullptr) first_recorder_->clear();
    }

    static void record(const Done& done, latchmark::LatencyRecorder* recorder) {
        if (recorder != nullptr && done.done_ns != 0) recorder->record(done.done_ns - done.intended_ns);
    }

    ThePool pool_;  // in blocks of its own; the rest is the submitter's
    Rehearsal rehearsal_{};
    Arrivals arrivals_;
    double load_;
    std::size_t most_behind_;
    latchmark::LatencyRecorder* first_recorder_ = nullptr;
    std::uint64_t offered_ = 0;
    std::uint64_t unsustained_ = 0;
    double late_ns_ = 0;
};

}  // namespace benchmarks::pools
