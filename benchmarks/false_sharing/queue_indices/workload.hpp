// Items go from one worker to the other through a ring whose two indices share a line, or don't.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "benchmarks/primitives/queues/spsc_ring.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::false_sharing {

struct NumberedItem {
    std::uint64_t number = 0;
    std::uint64_t payload = 0;
};

// Follows from the number and never repeats it: an item that is torn, stale or left out does not fit.
[[nodiscard]] constexpr std::uint64_t payload_of(std::uint64_t number) { return ~(number * 0x9E3779B97F4A7C15U); }

// Small enough that both ends meet, full or empty, many times in a window, and all items stay in the first-level cache; large
// enough that a batch is not one meeting after the other. A judgement.
inline constexpr std::size_t kRingCapacity = 1024;

// Worker 0 puts, worker 1 takes. Lockstep: both get the same operations, so nobody waits for an item that never comes.
template <typename Ends>
class QueueIndices {
public:
    explicit QueueIndices(const latchmark::Setting& setting) : ring_(kRingCapacity, setting.memory), ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a queue of one producer and one consumer takes two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 0)
            put(operations);
        else
            take(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const End& producer = ends_[0].value;
        const End& consumer = ends_[1].value;
        return producer.items == consumer.items && consumer.wrong_items == 0 && producer.items + consumer.items == operations;
    }

protected:
    struct End {
        std::uint64_t items = 0;
        std::uint64_t wrong_items = 0;
    };

    void put(std::uint64_t operations) {
        End& end = ends_[0].value;
        const std::uint64_t last = end.items + operations;
        for (std::uint64_t number = end.items; number != last; ++number) send({number, payload_of(number)});
        end.items = last;
    }

    void take(std::uint64_t operations) {
        End& end = ends_[1].value;
        const std::uint64_t last = end.items + operations;
        std::uint64_t wrong_items = 0;
        for (std::uint64_t number = end.items; number != last; ++number) {
            NumberedItem item;
            while (!ring_.try_pop(item)) {
            }
            if (item.number != number || item.payload != payload_of(number)) ++wrong_items;
        }
        end.items = last;
        end.wrong_items += wrong_items;
    }

    // An end that is stopped looks again at once, and so does the other in take(). A relax takes longer than an item on many
    // CPUs: its length would be measured, and items that pile up meanwhile hide what their indices share.
    void send(const NumberedItem& item) {
        while (!ring_.try_push(item)) {
        }
    }

    SpscRing<NumberedItem, Ends> ring_;
    latchmark::Slots<latchmark::Isolated<End>> ends_;
};

}  // namespace benchmarks::false_sharing
