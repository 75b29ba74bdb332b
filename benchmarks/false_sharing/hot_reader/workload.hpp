// Workers that only read a field; beside it, or further away, one worker writes another field.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::false_sharing {

// What the read-only field holds: an operation adds it up, so the sum proves that every read was done.
inline constexpr std::uint64_t kFieldValue = 1;

// Configuration and statistics side by side in one struct, on one line.
struct FieldsTogether {
    std::atomic<std::uint64_t> read{kFieldValue};
    std::atomic<std::uint64_t> written{0};
};

// Each field on a block of Bytes bytes. 64 is the line of most CPUs; the isolation size also parts the pairs of lines that x86
// fetches together.
template <std::size_t Bytes>
struct FieldsApart {
    alignas(Bytes) std::atomic<std::uint64_t> read{kFieldValue};
    alignas(Bytes) std::atomic<std::uint64_t> written{0};
};

// The next address comes out of the value just read, as with a pointer: every read is waited for. Were the reads independent, the
// CPU would have dozens of them wait for the same line, and one journey of it would be shared by all.
struct DependentReads {
    static std::uint64_t read(const std::atomic<std::uint64_t>& field, std::uint64_t last_read) {
        return (&field)[last_read - kFieldValue].load(std::memory_order_relaxed);  // relaxed: it guards nothing
    }
};

// Read and tested, as a flag: the CPU guesses and goes on before the value is there, and does over what it guessed if the line
// was taken away meanwhile.
struct IndependentReads {
    static std::uint64_t read(const std::atomic<std::uint64_t>& field, std::uint64_t /*last_read*/) {
        return field.load(std::memory_order_relaxed);  // relaxed: it guards nothing
    }
};

enum class Neighbour { writes, reads };

// Worker 1 writes, or reads as well; all others read.
template <typename Fields, typename Reads, Neighbour kNeighbour = Neighbour::writes>
class HotReader {
public:
    static constexpr std::array<std::string_view, 2> kParts{"reader", "writer"};
    static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) {
        return kNeighbour == Neighbour::writes && worker == 1 ? 1 : 0;
    }

    explicit HotReader(const latchmark::Setting& setting) : fields_(1, setting.memory), sums_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        if (part_of(worker, sums_.size()) == 0)
            sums_[worker].value += sum_of_reads(operations);
        else
            write(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = fields_[0].written.load(std::memory_order_relaxed);  // the team has ended
        for (const auto& sum : sums_) done += sum.value / kFieldValue;
        return done == operations;
    }

protected:
    [[nodiscard]] std::uint64_t sum_of_reads(std::uint64_t operations) const {
        const auto& field = fields_[0].read;
        std::uint64_t sum = 0;
        std::uint64_t value = kFieldValue;
        for (std::uint64_t i = 0; i < operations; ++i) {
            value = Reads::read(field, value);
            latchmark::do_not_optimize(value);  // or one read would serve them all
            sum += value;
        }
        return sum;
    }

    // A load and a store, as in a counter with one writer, which lose nothing and publish nothing. An atomic add would wait for
    // the line in every operation; tens of times slower than the reads, it would leave the readers batches too short for the
    // clock.
    void write(std::uint64_t operations) {
        auto& field = fields_[0].written;
        for (std::uint64_t i = 0; i < operations; ++i)
            field.store(field.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    latchmark::Slots<Fields>
        fields_;  // starts on an isolation boundary: the two fields are together or apart by their layout alone
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> sums_;  // one per worker, written once a batch
};

}  // namespace benchmarks::false_sharing
