// Bursts of items that come faster than they are worked off, through queues that differ in what they do when full.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "benchmarks/primitives/helpers/burst_queue.hpp"
#include "benchmarks/primitives/helpers/median.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

// A burst is a thousand items, four times as fast as the consumer: long enough to fill any queue that is meant to be short,
// and both durations well above what the queue itself costs. Judgements.
inline constexpr std::uint64_t kBurstItems = 1000;
inline constexpr double kProduceNs = 250;
inline constexpr double kConsumeNs = 1'000;

// A line's worth of message, each word of which follows from its number.
struct BurstItem {
    std::uint64_t number = 0;
    std::uint64_t produced_ns = 0;
    std::array<std::uint64_t, 6> payload{};

    explicit BurstItem(std::uint64_t its_number) : number(its_number), produced_ns(latchmark::now_ns()) {
        for (std::size_t word = 0; word < payload.size(); ++word) payload[word] = word_of(word);
    }
    [[nodiscard]] bool is_whole() const {
        for (std::size_t word = 0; word < payload.size(); ++word)
            if (payload[word] != word_of(word)) return false;
        return true;
    }

private:
    [[nodiscard]] std::uint64_t word_of(std::size_t word) const { return ~((number + word) * 0x9E3779B97F4A7C15U); }
};

// An operation is a burst. Worker 0 consumes and worker 1 produces; lockstep, since each waits for the other.
template <typename Queue>
class Backpressure {
public:
    static constexpr std::array<std::string_view, 2> kParts{"consumer", "producer"};
    static constexpr std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker == 0 ? 0 : 1; }

    static constexpr std::array<latchmark::Quantity, 4> kQuantities{{
        {"queue_memory", "B", "lower", "most memory that the queue held"},
        {"drain_time", "ns", "lower", "median time from the end of a burst to the end of its last item"},
        {"produce_time", "ns", "lower", "median time until the producer has got rid of a burst"},
        {"dropped_share", "share", "lower", "items that were dropped of all that were produced"},
    }};

    explicit Backpressure(const latchmark::Setting& setting)
        : queue_(static_cast<std::size_t>(setting.parameter("capacity"))),
          produce_steps_(setting.chain_steps(kProduceNs)),
          consume_steps_(setting.chain_steps(kConsumeNs)),
          ends_(1, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a queue of one producer and one consumer takes two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            if (worker == 0)
                consume([](std::uint64_t) {});
            else
                produce();
        }
    }

    // From the production of an item, before it is put, to its consumer.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        if (worker != 0) return run(worker, operations);
        for (std::uint64_t i = 0; i < operations; ++i) consume([&](std::uint64_t latency_ns) { recorder.record(latency_ns); });
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const Producer& producer = ends_[0].producer;
        const Consumer& consumer = ends_[0].consumer;
        return consumer.wrong == 0 && producer.produced == consumer.taken + producer.dropped &&
               producer.produced + consumer.bursts * kBurstItems == operations * kBurstItems;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        const Producer& producer = ends_[0].producer;
        return {static_cast<double>(queue_.peak_bytes()), median_of(ends_[0].consumer.drain), median_of(producer.produce),
                static_cast<double>(producer.dropped) / static_cast<double>(std::max<std::uint64_t>(producer.produced, 1))};
    }

protected:
    void produce() {
        Producer& producer = ends_[0].producer;
        const std::uint64_t begin_ns = latchmark::now_ns();
        for (std::uint64_t i = 0; i < kBurstItems; ++i) {
            producer.work.run(produce_steps_);
            producer.dropped += queue_.put(BurstItem(producer.produced)) ? 0U : 1U;
            ++producer.produced;
        }
        producer.produce.record(latchmark::now_ns() - begin_ns);
        queue_.end_burst();
    }

    template <typename OnTaken>
    void consume(OnTaken on_taken) {
        Consumer& consumer = ends_[0].consumer;
        while (const std::optional<BurstItem> item = queue_.take()) {
            on_taken(latchmark::now_ns() - item->produced_ns);
            // In order and whole. Numbers that are left out were dropped, which the producer counts.
            if (item->number < consumer.next || !item->is_whole()) ++consumer.wrong;
            consumer.next = item->number + 1;
            ++consumer.taken;
            consumer.work.run(consume_steps_);
        }
        consumer.drain.record(queue_.drained());
        ++consumer.bursts;
    }

private:
    struct alignas(latchmark::kIsolationSize) Producer {
        latchmark::Chain work;
        std::uint64_t produced = 0;
        std::uint64_t dropped = 0;
        latchmark::LatencyRecorder produce;
    };
    struct alignas(latchmark::kIsolationSize) Consumer {
        latchmark::Chain work;
        std::uint64_t next = 0;
        std::uint64_t taken = 0;
        std::uint64_t bursts = 0;
        std::uint64_t wrong = 0;
        latchmark::LatencyRecorder drain;
    };
    struct Ends {
        Producer producer;
        Consumer consumer;
    };

    Queue queue_;
    std::uint64_t produce_steps_;
    std::uint64_t consume_steps_;
    latchmark::Slots<Ends> ends_;
};

}  // namespace benchmarks::pools
