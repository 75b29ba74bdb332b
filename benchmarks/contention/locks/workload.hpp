// One lock, a short critical section and work outside it: any class with lock() and unlock() can be the lock.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// An operation is one critical section and then the work outside, which grows with the number of workers: the load on the lock
// stays the same, and a point with more workers shows what crowding costs, not what more work costs.
template <typename Lock>
class Locks {
public:
    static constexpr std::array<std::string_view, 1> kTallies{"handovers"};

    explicit Locks(const latchmark::Setting& setting)
        : guarded_(1, setting.memory),
          overlaps_(setting.workers, setting.memory),
          outside_steps_(setting.chain_steps(setting.parameter("outside_ns") * static_cast<double>(setting.workers))) {}

    void run(std::size_t worker, std::uint64_t operations) {
        latchmark::Chain outside;
        for (std::uint64_t i = 0; i < operations; ++i) {
            outside.follow(critical_section(
                worker, [] {}, outside.zero()));
            outside.run(outside_steps_);
        }
    }

    // Records the wait: from asking for the lock until having it.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& waits) {
        latchmark::Chain outside;
        for (std::uint64_t i = 0; i < operations; ++i) {
            std::uint64_t had_ns = 0;
            const std::uint64_t asked_ns = latchmark::now_ns();
            outside.follow(critical_section(
                worker, [&] { had_ns = latchmark::now_ns(); }, outside.zero()));
            waits.record(had_ns - asked_ns);  // outside: nobody waits for our bookkeeping
            outside.run(outside_steps_);
        }
    }

    // A handover is an operation that got the lock from another worker; its inverse is the run length.
    void run(std::size_t worker, std::uint64_t operations, std::span<std::uint64_t> tallies) {
        auto& last_holder = guarded_[0].last_holder;
        std::uint64_t handovers = 0;
        latchmark::Chain outside;
        for (std::uint64_t i = 0; i < operations; ++i) {
            const auto count_handover = [&] {
                if (last_holder != worker) ++handovers;
                last_holder = worker;
            };
            outside.follow(critical_section(worker, count_handover, outside.zero()));
            outside.run(outside_steps_);
        }
        tallies[0] += handovers;
    }

    // Two words are kept equal under the lock; whoever finds them unequal is not alone. Calls `inside` between the two writes,
    // and is public so that a test can have a second worker come in just then. Begins when `zero` is known, and returns what is
    // known once the lock is held: otherwise the core would do the work outside meanwhile, and the lock would seem free.
    template <typename Inside>
    std::uint64_t critical_section(std::size_t worker, Inside inside, std::size_t zero) {
        auto& guarded = guarded_[zero];
        const std::lock_guard hold(guarded.lock);
        const std::uint64_t seen = guarded.count;
        if (guarded.twin != seen) ++overlaps_[worker].value;
        guarded.count = seen + 1;
        inside();
        // One write and then the other: as a single one they would hide an overlap, and where the compiler sees through the lock
        // many sections would become one addition.
        latchmark::do_not_optimize(seen);
        guarded.twin = seen + 1;
        return seen;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t overlaps = 0;
        for (const auto& worker : overlaps_) overlaps += worker.value;
        return overlaps == 0 && guarded_[0].count == operations && guarded_[0].twin == operations;
    }

private:
    // Together, as in most programs: whoever takes the lock has what it guards on the way.
    struct Guarded {
        Lock lock;
        std::uint64_t count = 0;
        std::uint64_t twin = 0;
        std::size_t last_holder = 0;
    };
    latchmark::Slots<Guarded> guarded_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> overlaps_;
    std::uint64_t outside_steps_;
};

}  // namespace benchmarks::contention
