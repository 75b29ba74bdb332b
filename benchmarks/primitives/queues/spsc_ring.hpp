// A bounded queue for one producer and one consumer: a ring of items between two indices, in layouts that differ in what they
// share.
#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <stdexcept>

#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// The index that one end moves, and what that end remembers of the other's. Indices only grow: their difference is the number of
// items, and 2^64 items do not come.
struct RingEnd {
    std::atomic<std::uint64_t> index{0};
    std::uint64_t other_seen = 0;  // this end's own note, never read by the other
};

// Both ends on one line: each step of either end takes it from the other.
struct EndsTogether {
    static constexpr bool kRemembers = false;
    RingEnd head;  // where the consumer takes
    RingEnd tail;  // where the producer puts
};

// Each end on a block of its own, but each looks at the other's index for every item.
struct EndsApart {
    static constexpr bool kRemembers = false;
    alignas(latchmark::kIsolationSize) RingEnd head;
    alignas(latchmark::kIsolationSize) RingEnd tail;
};

// Each end on a block of its own, and it looks at the other's index only when what it remembers says full, or empty.
struct EndsApartCached {
    static constexpr bool kRemembers = true;
    alignas(latchmark::kIsolationSize) RingEnd head;
    alignas(latchmark::kIsolationSize) RingEnd tail;
};

template <typename Item, typename Ends>
class SpscRing {
public:
    // The capacity is a power of two, so that an index becomes a place without a division.
    SpscRing(std::size_t capacity, std::pmr::memory_resource* memory) : ends_(1, memory), items_(capacity, memory) {
        if (!std::has_single_bit(capacity)) throw std::invalid_argument("the capacity of a ring must be a power of two");
    }

    // Called by the one producer. False: the ring is full.
    [[nodiscard]] bool try_push(const Item& item) {
        auto& [head, tail] = ends_[0];
        const std::uint64_t place = tail.index.load(std::memory_order_relaxed);  // nobody else writes it
        if (is_stopped(tail, head, [&](std::uint64_t taken) { return place - taken == items_.size(); })) return false;
        items_[place & (items_.size() - 1)] = item;
        tail.index.store(place + 1, std::memory_order_release);  // the item before the index that announces it
        return true;
    }

    // Called by the one consumer. False: the ring is empty.
    [[nodiscard]] bool try_pop(Item& item) {
        auto& [head, tail] = ends_[0];
        const std::uint64_t place = head.index.load(std::memory_order_relaxed);  // nobody else writes it
        if (is_stopped(head, tail, [&](std::uint64_t put) { return put == place; })) return false;
        item = items_[place & (items_.size() - 1)];
        head.index.store(place + 1, std::memory_order_release);  // the item is read before its place is given back
        return true;
    }

    [[nodiscard]] const Ends& ends() const { return ends_[0]; }

private:
    // Whether the other end's index stops this one: looked at for every item, or only when the remembered one would.
    // acquire: pairs with the other end's release, so that an item is there, or its place is free, as the index says.
    template <typename Stops>
    [[nodiscard]] static bool is_stopped(RingEnd& end, const RingEnd& other, Stops stops) {
        if constexpr (!Ends::kRemembers) return stops(other.index.load(std::memory_order_acquire));
        if (stops(end.other_seen)) end.other_seen = other.index.load(std::memory_order_acquire);
        return stops(end.other_seen);
    }

    latchmark::Slots<Ends> ends_;  // on isolation boundaries: neither end shares with the items
    latchmark::Slots<Item> items_;
};

}  // namespace benchmarks
