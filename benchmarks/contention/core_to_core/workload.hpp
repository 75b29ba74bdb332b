// A number that goes round the workers, each of whom adds one and hands it on: what moves is one cache line.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// Worker w's turns are w, w + workers, w + 2 * workers, ... A worker that does not wait for its turn sees the wrong numbers, and
// would be the faster for it: so each keeps the sum of what it saw.
class Relay {
public:
    explicit Relay(const latchmark::Setting& setting)
        : workers_(setting.workers), lines_(workers_, setting.memory), turns_(workers_, setting.memory) {
        for (std::size_t worker = 0; worker < workers_; ++worker) turns_[worker].value.next = worker;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const std::uint64_t each = operations / workers_;
        for (std::size_t worker = 0; worker < workers_; ++worker) {
            const Turns& turns = turns_[worker].value;
            if (turns.next != operations + worker) return false;
            // `each` or its neighbour is even, so halving the product loses nothing.
            if (turns.seen != each * worker + workers_ * (each * (each - 1) / 2)) return false;
        }
        return true;
    }

protected:
    using Line = std::atomic<std::uint64_t>;

    // A line of each worker's own; those who share one take the first.
    [[nodiscard]] Line& line(std::size_t worker) { return lines_[worker].value; }
    [[nodiscard]] std::size_t before(std::size_t worker) const { return worker == 0 ? workers_ - 1 : worker - 1; }

    // `hand_over(turn)` waits until the number is `turn`, makes it one more, and returns what it saw.
    template <typename HandOver>
    void take_turns(std::size_t worker, std::uint64_t operations, HandOver hand_over) {
        Turns turns = turns_[worker].value;
        const std::uint64_t workers = workers_;  // an acquire load has a member read again each time
        for (std::uint64_t i = 0; i < operations; ++i) {
            turns.seen += hand_over(turns.next);
            turns.next += workers;
        }
        turns_[worker].value = turns;
    }

private:
    struct Turns {
        std::uint64_t next = 0;
        std::uint64_t seen = 0;  // sum
    };

    std::size_t workers_;
    latchmark::Slots<latchmark::Isolated<Line>> lines_;
    latchmark::Slots<latchmark::Isolated<Turns>> turns_;
};

// Waits without a spin hint: one takes 10 to 140 cycles, as long as the way itself, and the number would be seen that much later.
// acquire: what the other wrote before it handed over is seen, as a program that hands something over needs it.
[[nodiscard]] inline std::uint64_t wait_for(std::uint64_t turn, const std::atomic<std::uint64_t>& line) {
    for (;;) {
        const std::uint64_t seen = line.load(std::memory_order_acquire);
        if (seen == turn) return seen;
    }
}

// Handed over by a store, awaited by loads.
class StoreLoad : public Relay {
public:
    using Relay::Relay;
    void run(std::size_t worker, std::uint64_t operations) {
        Line& shared = line(0);
        take_turns(worker, operations, [&](std::uint64_t turn) {
            const std::uint64_t seen = wait_for(turn, shared);
            shared.store(turn + 1, std::memory_order_release);  // release: pairs with the acquire of who waits
            return seen;
        });
    }
};

// The same with a line for each direction: each worker writes its own and reads the other's, as a pair of mailboxes.
class LineEachWay : public Relay {
public:
    using Relay::Relay;
    void run(std::size_t worker, std::uint64_t operations) {
        const Line& from = line(before(worker));
        Line& to = line(worker);
        take_turns(worker, operations, [&](std::uint64_t turn) {
            const std::uint64_t seen = wait_for(turn, from);
            to.store(turn + 1, std::memory_order_release);  // release: pairs with the acquire of who waits
            return seen;
        });
    }
};

// Handed over by a compare-and-swap that is tried until it succeeds, as core-to-core-latency does: who waits wants the line to
// itself, and takes it away from the other again and again.
class CompareAndSwap : public Relay {
public:
    using Relay::Relay;
    void run(std::size_t worker, std::uint64_t operations) {
        Line& shared = line(0);
        take_turns(worker, operations, [&](std::uint64_t turn) {
            std::uint64_t seen = turn;
            // acq_rel: both halves of a hand-over; relaxed when it fails, since nothing was handed over.
            // weak: on LL/SC machines the strong form is itself a loop around the weak one.
            while (!shared.compare_exchange_weak(seen, turn + 1, std::memory_order_acq_rel, std::memory_order_relaxed))
                seen = turn;
            return seen;
        });
    }
};

}  // namespace benchmarks::contention
