// A number of independent waits, as for the answers of other machines, begun and awaited in different ways.
#pragma once
#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "benchmarks/primitives/helpers/event_poll.hpp"
#include "benchmarks/primitives/helpers/helper_pool.hpp"
#include "benchmarks/primitives/helpers/median.hpp"
#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/helpers/timer.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

inline constexpr std::size_t kWidest = 64;

// Long against a wake-up, short enough that 64 of them one after the other fit a window: a judgement.
inline constexpr std::uint64_t kShortestCallNs = 100'000;
inline constexpr std::uint64_t kLongestCallNs = 300'000;

// One call that takes a while somewhere else: no CPU is busy for it.
class Call {
public:
    void begin(std::uint64_t duration_ns) {
        duration_ns_ = duration_ns;
        begin_ns_ = latchmark::now_ns();
        timer_.expire_once_in(duration_ns);
    }

    // Blocks until it is due. False: it came too early, or more than once.
    [[nodiscard]] bool end() const { return timer_.expirations() == 1 && latchmark::now_ns() - begin_ns_ >= duration_ns_; }

    [[nodiscard]] int descriptor() const { return timer_.descriptor(); }

private:
    Timer timer_;
    std::uint64_t duration_ns_ = 0;
    std::uint64_t begin_ns_ = 0;
};

// How long each call of an operation takes: one row an operation, in turn.
class Durations {
public:
    Durations(std::size_t width, std::uint64_t seed) : width_(width) {
        std::mt19937_64 random(seed);
        for (auto& duration_ns : durations_ns_) duration_ns = kShortestCallNs + random() % (kLongestCallNs - kShortestCallNs + 1);
    }
    [[nodiscard]] std::uint64_t of(std::uint64_t operation, std::size_t call) const {
        return durations_ns_[(operation * width_ + call) % durations_ns_.size()];
    }
    [[nodiscard]] std::uint64_t longest_of(std::uint64_t operation) const {
        std::uint64_t longest_ns = 0;
        for (std::size_t call = 0; call < width_; ++call) longest_ns = std::max(longest_ns, of(operation, call));
        return longest_ns;
    }

private:
    std::size_t width_;
    std::array<std::uint64_t, 1024> durations_ns_{};  // enough that no launch is lucky; a judgement
};

using Calls = std::vector<Call>;

// Throws in the caller what was thrown in a thread of the workload's own.
class Failure {
public:
    template <typename Work>
    void guard(Work work) noexcept {
        try {
            work();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (first_ == nullptr) first_ = std::current_exception();
        }
    }
    void rethrow() {
        if (first_ != nullptr) std::rethrow_exception(first_);
    }

private:
    std::mutex mutex_;
    std::exception_ptr first_;
};

// Ways to make the calls: all(begin, end) returns when all are done. begin(i) begins call i, and end(i) waits for it and counts
// it; any thread may call both.

class OneAfterTheOther {
public:
    OneAfterTheOther(const latchmark::Setting& /*setting*/, const Calls& calls) : width_(calls.size()) {}

    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        for (std::size_t call = 0; call < width_; ++call) {
            begin(call);
            end(call);
        }
    }

private:
    std::size_t width_;
};

class ThreadEach {
public:
    ThreadEach(const latchmark::Setting& setting, const Calls& calls) {
        for (std::size_t call = 0; call < calls.size(); ++call) seats_.emplace_back(setting.seats, call);
    }

    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        Failure failure;
        std::vector<std::thread> threads;
        threads.reserve(seats_.size());
        const auto join = [&] {
            for (auto& thread : threads) thread.join();
        };
        try {
            for (std::size_t call = 0; call < seats_.size(); ++call)
                add_thread(threads, seats_[call], [&, call] { failure.guard([&] { begin(call), end(call); }); });
        } catch (...) {
            join();
            throw;
        }
        join();
        failure.rethrow();
    }

private:
    std::vector<Seat> seats_{};
};

// Threads that block in their calls: each serves one at a time, so the pool is a limit to how many are under way.
inline constexpr std::size_t kPoolThreads = 8;

class Pooled {
public:
    Pooled(const latchmark::Setting& setting, const Calls& calls) : width_(calls.size()), pool_(kPoolThreads, setting.seats) {}

    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        Failure failure;
        missing_ = width_;  // nobody else is at it yet
        for (std::size_t call = 0; call < width_; ++call) {
            pool_.submit([&, call] {
                failure.guard([&] { begin(call), end(call); });
                const std::lock_guard lock(mutex_);
                if (--missing_ == 0) all_done_.notify_one();
            });
        }
        std::unique_lock lock(mutex_);
        all_done_.wait(lock, [this] { return missing_ == 0; });
        failure.rethrow();
    }

private:
    std::size_t width_;
    std::mutex mutex_;
    std::condition_variable all_done_;
    std::size_t missing_ = 0;
    HelperPool pool_;  // the last member: its threads end before what they use
};

class OneLoop {
public:
    OneLoop(const latchmark::Setting& /*setting*/, const Calls& calls) : width_(calls.size()) {
        for (std::size_t call = 0; call < width_; ++call) loop_.watch(calls[call].descriptor(), call);
    }

    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        for (std::size_t call = 0; call < width_; ++call) begin(call);
        std::size_t missing = width_;
        while (missing > 0) {
            loop_.wait([&](std::uint64_t call) {
                end(call);
                --missing;
            });
        }
    }

private:
    std::size_t width_;
    EventPoll loop_;
};

template <typename Way>
class FanOut {
public:
    static constexpr std::array<latchmark::Quantity, 1> kQuantities{{
        {"beyond_longest_call", "ns", "lower", "median time that an operation takes beyond the longest of its calls"},
    }};

    explicit FanOut(const latchmark::Setting& setting)
        : calls_(static_cast<std::size_t>(setting.parameter("width"))),
          durations_(calls_.size(), setting.seed),
          ended_(calls_.size(), setting.memory),
          way_(setting, calls_),
          beyond_(1, setting.memory) {
        if (setting.workers != 1) throw std::invalid_argument("one worker makes the calls and waits for them");
    }

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t begin_ns = latchmark::now_ns();
            way_.all([&](std::size_t call) { calls_[call].begin(durations_.of(operation_, call)); },
                     [&](std::size_t call) { ended_[call].value += calls_[call].end() ? 1U : 0U; });
            const std::uint64_t elapsed_ns = latchmark::now_ns() - begin_ns;
            beyond_[0].record(elapsed_ns - std::min(elapsed_ns, durations_.longest_of(operation_)));
            ++operation_;
        }
    }

    // Each call as often as there were operations: one that was made twice does not stand in for one that was not.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        return std::all_of(ended_.begin(), ended_.end(), [&](const auto& ended) { return ended.value == operations; });
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const { return {median_of(beyond_[0])}; }

private:
    Calls calls_;
    Durations durations_;
    // A count of each call's own: threads of one operation write them at the same time.
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> ended_;
    Way way_;
    std::uint64_t operation_ = 0;
    latchmark::Slots<latchmark::LatencyRecorder> beyond_;
};

}  // namespace benchmarks::pools
