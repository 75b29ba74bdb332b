// A pool of threads is told to stop, over and over: how long until the last one has.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmarks/primitives/crew/crew.hpp"
#include "benchmarks/primitives/helpers/median.hpp"
#include "benchmarks/primitives/stoppers/stoppers.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::waiting {

// Worker 0 tells a pool that serves. The threads are not made anew for each operation: they leave their loop and wait at a gate
// until all are let in again, which is not timed.
template <typename Stopper>
class Cancel {
public:
    static constexpr std::array<latchmark::Quantity, 1> kQuantities{
        latchmark::Quantity{"request_cost", "ns", "lower", "median time that telling the pool took the one who told it"}};

    explicit Cancel(const latchmark::Setting& setting)
        : members_(static_cast<std::size_t>(setting.parameter("pool")), setting.memory),
          gate_(1, setting.memory),
          left_(1, setting.memory),
          requests_(1, setting.memory),
          stopper_(setting, members_.size()),
          crew_(
              setting, members_.size(), [this](std::size_t index) { serve_rounds(index); }, [this] { dismiss(); }) {}

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) static_cast<void>(start_and_stop());
    }

    // From the request until the last thread had left its loop.
    void run(std::size_t /*worker*/, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) recorder.record(start_and_stop());
    }

    // Every thread left its loop each time it was told, not before, and has done nothing since.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const Member& member : members_)
            if (member.rounds.load() != operations) return false;
        return left_early_ == 0 && ran_on_ == 0 && turns() == turns_when_stopped_;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const { return {median_of(requests_[0])}; }

protected:
    struct alignas(latchmark::kIsolationSize) Member {
        std::atomic<std::uint64_t> turns{0};    // of its loop
        std::atomic<std::uint64_t> entered{0};  // the round in which it last said a turn
        std::atomic<std::uint64_t> rounds{0};   // that it has left
        std::atomic<std::uint64_t> left_ns{0};
    };

    [[nodiscard]] std::uint64_t start_and_stop() {
        if (turns() != turns_when_stopped_) ++ran_on_;
        stopper_.arm();
        is_serving_ = true;
        ++round_;
        gate_[0].round.store(round_);
        gate_[0].round.notify_all();
        for (std::size_t i = 0; i < members_.size(); ++i) {
            crew_.await("a thread to serve",
                        [&] { return members_[i].entered.load() == round_ && (!Stopper::kSleeps || crew_.is_asleep(i)); });
        }

        const std::uint64_t begin_ns = latchmark::now_ns();
        stopper_.request(crew_);
        requests_[0].record(latchmark::now_ns() - begin_ns);
        crew_.await("a thread to stop", [&] { return left_[0].value.load() == round_ * members_.size(); });
        is_serving_ = false;

        turns_when_stopped_ = turns();
        std::uint64_t last_ns = begin_ns;
        for (const Member& member : members_) {
            const std::uint64_t left_ns = member.left_ns.load();
            if (left_ns < begin_ns) ++left_early_;
            last_ns = std::max(last_ns, left_ns);
        }
        return last_ns - begin_ns;
    }

    latchmark::Slots<Member> members_;

private:
    struct alignas(latchmark::kIsolationSize) Gate {
        std::atomic<std::uint64_t> round{0};  // that is open
        std::atomic<bool> is_over{false};
    };

    [[nodiscard]] std::uint64_t turns() const {
        std::uint64_t sum = 0;
        for (const Member& member : members_) sum += member.turns.load();
        return sum;
    }

    void serve_rounds(std::size_t index) {
        Member& self = members_[index];
        for (std::uint64_t round = 1;; ++round) {
            gate_[0].round.wait(round - 1);
            if (gate_[0].is_over.load()) return;
            stopper_.serve(index, [&] {
                self.turns.fetch_add(1);
                self.entered.store(round);
            });
            self.left_ns.store(latchmark::now_ns());  // before anything else
            self.rounds.store(round);
            left_[0].value.fetch_add(1);  // last: the requester then reads the rest
        }
    }

    // Also from the middle of an operation that has failed.
    void dismiss() {
        gate_[0].is_over.store(true);
        if (is_serving_) stopper_.request(crew_);
        gate_[0].round.store(round_ + 1);
        gate_[0].round.notify_all();
    }

    latchmark::Slots<Gate> gate_;
    latchmark::Slots<latchmark::Isolated<std::atomic<std::uint64_t>>> left_;  // by all threads, in all rounds
    latchmark::Slots<latchmark::LatencyRecorder> requests_;
    Stopper stopper_;
    bool is_serving_ = false;
    std::uint64_t round_ = 0;
    std::uint64_t turns_when_stopped_ = 0;
    std::uint64_t left_early_ = 0;
    std::uint64_t ran_on_ = 0;

protected:
    Crew crew_;  // last: its threads use everything above
};

}  // namespace benchmarks::waiting
