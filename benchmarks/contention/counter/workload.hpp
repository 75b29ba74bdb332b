// One counter that all workers increment, kept exact in different ways.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// Slots<> puts the counter on an isolation block of its own in the team's memory: nothing else rides on its line.
using SharedCount = latchmark::Slots<std::atomic<std::uint64_t>>;

// Whether the value that an atomic addition returns is wanted: on x86 that is another instruction, LOCK XADD instead of LOCK ADD.
enum class Result { unused, used };

// One atomic instruction (a loop of exclusives on older Arm). Relaxed publishes nothing but the count itself; acq_rel and seq_cst
// also order what is around it, which on x86 is the same instruction.
template <std::memory_order Order, Result Wanted = Result::unused>
class FetchAdd {
public:
    explicit FetchAdd(const latchmark::Setting& setting) : count_(1, setting.memory) {}

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        auto& count = count_[0];
        for (std::uint64_t i = 0; i < operations; ++i) {
            if constexpr (Wanted == Result::used)
                latchmark::do_not_optimize(count.fetch_add(1, Order));
            else
                count.fetch_add(1, Order);
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return count_[0].load(std::memory_order_relaxed) == operations; }

private:
    SharedCount count_;
};

// Reads, adds, and writes if nobody was faster; else again.
class CasLoop {
public:
    static constexpr std::array<std::string_view, 1> kTallies{"cas_failures"};

    explicit CasLoop(const latchmark::Setting& setting) : count_(1, setting.memory) {}

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) increment([] {});
    }

    void run(std::size_t /*worker*/, std::uint64_t operations, std::span<std::uint64_t> tallies) {
        std::uint64_t failures = 0;
        for (std::uint64_t i = 0; i < operations; ++i) increment([&] { ++failures; });
        tallies[0] += failures;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return count_[0].load(std::memory_order_relaxed) == operations; }

private:
    template <typename OnFailure>
    void increment(OnFailure on_failure) {
        auto& count = count_[0];
        std::uint64_t seen = count.load(std::memory_order_relaxed);  // a stale value only costs a retry
        // weak: on LL/SC machines the strong form is itself a loop around the weak one
        while (!count.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) on_failure();
    }

    SharedCount count_;
};

// Reads, adds and writes as if nobody else did: what `++count` does to a shared integer, in atomics, so that only updates are
// lost and not the meaning of the program.
class LoadStore {
public:
    static constexpr std::array<std::string_view, 1> kFinalTallies{"lost_updates"};

    explicit LoadStore(const latchmark::Setting& setting) : count_(1, setting.memory) {}

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        auto& count = count_[0];
        for (std::uint64_t i = 0; i < operations; ++i)
            count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // ordering would save no update
    }

    // How many arrive is the question; more than were made, or none of some, would be another fault.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const std::uint64_t count = count_[0].load(std::memory_order_relaxed);
        return count <= operations && (count > 0 || operations == 0);
    }

    void final_tallies(std::uint64_t operations, std::span<std::uint64_t> tallies) const {
        tallies[0] = operations - count_[0].load(std::memory_order_relaxed);
    }

private:
    SharedCount count_;
};

// A plain integer behind a lock; both on the block that moves with it, as in most programs.
template <typename Mutex>
class Locked {
public:
    explicit Locked(const latchmark::Setting& setting) : guarded_(1, setting.memory) {}

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        auto& guarded = guarded_[0];
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::lock_guard lock(guarded.mutex);
            ++guarded.count;
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return guarded_[0].count == operations; }

private:
    struct Guarded {
        Mutex mutex;
        std::uint64_t count = 0;
    };
    latchmark::Slots<Guarded> guarded_;
};

// One part per worker, summed by whoever wants to know while it grows: the way out of contention.
class Sharded {
public:
    explicit Sharded(const latchmark::Setting& setting) : shards_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        auto& count = shards_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i) count.fetch_add(1, std::memory_order_relaxed);  // publishes nothing
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const auto& shard : shards_) counted += shard.value.load(std::memory_order_relaxed);  // the team has ended
        return counted == operations;
    }

private:
    latchmark::Slots<latchmark::Isolated<std::atomic<std::uint64_t>>> shards_;
};

// The same in plain integers, which nobody may read before the worker has ended: what is left when nothing is shared.
class PerWorker {
public:
    explicit PerWorker(const latchmark::Setting& setting) : counts_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        auto& count = counts_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i) {
            ++count;
            latchmark::do_not_optimize(&count);  // written each time, or the loop becomes one addition
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const auto& count : counts_) counted += count.value;
        return counted == operations;
    }

private:
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> counts_;
};

}  // namespace benchmarks::contention
