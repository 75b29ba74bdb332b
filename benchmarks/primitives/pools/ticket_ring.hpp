// A ring in which everybody draws a ticket and sleeps at its place: no lock, and a wake-up reaches whom it is meant for.
#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// For any number of producers and consumers. Each place goes through turns: empty in round r is 2r, full is 2r + 1.
template <typename Item>
class TicketRing {
public:
    // The capacity is a power of two, so that a ticket becomes a place without a division.
    TicketRing(std::size_t capacity, const latchmark::Setting& setting)
        : places_(capacity, setting.memory),
          scope_(setting.team == latchmark::Team::threads ? FutexScope::threads_only : FutexScope::shared) {
        if (!std::has_single_bit(capacity)) throw std::invalid_argument("the capacity of a ring must be a power of two");
    }

    void push(const Item& item) {
        const std::uint64_t ticket = back_.value.fetch_add(1, std::memory_order_relaxed);  // a number; the turns order the items
        Place& place = place_of(ticket);
        await(place, empty_in(ticket));
        place.item = item;
        pass(place, empty_in(ticket) + 1);
    }

    [[nodiscard]] Item pop() {
        const std::uint64_t ticket = front_.value.fetch_add(1, std::memory_order_relaxed);
        Place& place = place_of(ticket);
        await(place, empty_in(ticket) + 1);
        const Item item = place.item;
        pass(place, empty_in(ticket + places_.size()));
        return item;
    }

    // Where there is one consumer: nobody else draws between the look and the ticket.
    [[nodiscard]] bool try_pop(Item& item) {
        const std::uint64_t ticket = front_.value.load(std::memory_order_relaxed);
        if (place_of(ticket).turn.load(std::memory_order_acquire) != empty_in(ticket) + 1) return false;  // pairs with pass()
        item = pop();
        return true;
    }

private:
    // A line each on most CPUs: a sleeper's word is not written by who serves the place beside it.
    struct alignas(64) Place {
        FutexWord turn{0};
        std::atomic<std::uint32_t> sleepers{0};
        Item item{};
    };

    [[nodiscard]] Place& place_of(std::uint64_t ticket) { return places_[ticket & (places_.size() - 1)]; }
    // The lower bits of the turn: places are never 2^31 rounds apart.
    [[nodiscard]] std::uint32_t empty_in(std::uint64_t ticket) const {
        return static_cast<std::uint32_t>(2 * (ticket / places_.size()));
    }

    // seq_cst here and in pass(): either the sleeper sees the turn, or the one who passes it sees the sleeper.
    void await(Place& place, std::uint32_t wanted) {
        while (place.turn.load(std::memory_order_acquire) != wanted) {  // pairs with pass(): the item is there, or its place free
            place.sleepers.fetch_add(1, std::memory_order_seq_cst);
            const std::uint32_t turn = place.turn.load(std::memory_order_seq_cst);
            if (turn != wanted) futex_wait(place.turn, turn, scope_);
            place.sleepers.fetch_sub(1, std::memory_order_relaxed);  // too late costs a wake-up of nobody
        }
    }

    void pass(Place& place, std::uint32_t turn) {
        place.turn.store(turn, std::memory_order_seq_cst);
        // All: in a ring that is full, those of two rounds may sleep at one place.
        if (place.sleepers.load(std::memory_order_seq_cst) != 0) futex_wake_all(place.turn, scope_);
    }

    latchmark::Isolated<std::atomic<std::uint64_t>> front_{};
    latchmark::Isolated<std::atomic<std::uint64_t>> back_{};
    latchmark::Slots<Place> places_;
    FutexScope scope_;
};

}  // namespace benchmarks
