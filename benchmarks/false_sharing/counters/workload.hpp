// One counter per worker, in layouts that differ in who shares a cache line.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::false_sharing {

// Neighbours share a line: eight counters to 64 bytes.
struct Packed {
    std::atomic<std::uint64_t> count{0};
};

// A counter to itself every Bytes bytes. 64 is the line of nearly all CPUs; 128 also keeps apart the pairs of lines that x86
// fetches together, and the lines of some Arm cores.
template <std::size_t Bytes>
struct alignas(Bytes) Padded {
    std::atomic<std::uint64_t> count{0};
};

template <typename Slot>
class Counters {
public:
    explicit Counters(const latchmark::Setting& setting) : slots_(setting.workers, setting.memory) {}

    // A read-modify-write needs the line for every operation. A plain load and store is served from the worker's own store
    // buffer, which hides most of the line's movement.
    void run(std::size_t worker, std::uint64_t operations) {
        auto& count = slots_[worker].count;
        for (std::uint64_t i = 0; i < operations; ++i) count.fetch_add(1, std::memory_order_relaxed);  // publishes nothing
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const auto& slot : slots_) counted += slot.count.load(std::memory_order_relaxed);  // the team has ended
        return counted == operations;
    }

private:
    latchmark::Slots<Slot>
        slots_;  // starts on an isolation boundary: whether neighbours share is the layout's doing, not malloc's
};

// Counts where nobody else looks and hands the sum over at the end of the batch: what the counter costs when no one has to see
// it between.
class ThreadLocal {
public:
    explicit ThreadLocal(const latchmark::Setting& setting) : merged_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        static thread_local std::uint64_t count = 0;
        count = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
            ++count;
            latchmark::do_not_optimize(std::as_const(count));  // or the loop becomes one addition; const, or it is stored twice
        }
        merged_[worker].count.fetch_add(count, std::memory_order_relaxed);  // publishes nothing but itself
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const auto& slot : merged_) counted += slot.count.load(std::memory_order_relaxed);  // the team has ended
        return counted == operations;
    }

private:
    latchmark::Slots<Padded<latchmark::kIsolationSize>> merged_;
};

}  // namespace benchmarks::false_sharing
