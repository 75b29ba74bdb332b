// Per-worker things in an array, as programs really have them: statistics, flags, locks.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::false_sharing {

// One thing after the other, as in std::vector<T>.
template <typename T>
struct InArray {
    T value{};
};

// Five counters, 40 bytes: a line holds one worker's and part of the next one's.
struct RequestStatistics {
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> retries{0};
    std::atomic<std::uint64_t> errors{0};
    std::atomic<std::uint64_t> longest{0};
};

inline constexpr std::uint64_t kBytesPerRequest = 48;

// How a worker adds to a counter of its own that others may look at meanwhile; relaxed, since only the number is published.
struct AtomicAddition {
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
        counter.fetch_add(more, std::memory_order_relaxed);
    }
};

// Enough for one writer, and served from its store buffer while the line is away.
struct PlainAddition {
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
        counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
};

// Each worker notes its requests in its own struct.
template <template <typename> typename Layout, typename Addition>
class Statistics {
public:
    explicit Statistics(const latchmark::Setting& setting) : slots_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        RequestStatistics& own = slots_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i) {
            Addition::add(own.requests, 1);
            Addition::add(own.bytes, kBytesPerRequest);
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t requests = 0;
        std::uint64_t bytes = 0;
        for (const auto& slot : slots_) {
            requests += slot.value.requests.load(std::memory_order_relaxed);  // the team has ended
            bytes += slot.value.bytes.load(std::memory_order_relaxed);
        }
        return requests == operations && bytes == operations * kBytesPerRequest;
    }

protected:
    latchmark::Slots<Layout<RequestStatistics>> slots_;  // from an isolation boundary on: who shares is the layout's doing
};

// One bit per worker, 64 to a word, as in std::vector<bool>.
struct FlagsInWords {
    static constexpr std::size_t kPerWord = 64;
    using Word = InArray<std::atomic<std::uint64_t>>;
};

// One word per worker, on a block of its own.
struct FlagsApart {
    static constexpr std::size_t kPerWord = 1;
    using Word = latchmark::Isolated<std::atomic<std::uint64_t>>;
};

// Each worker turns its own flag on and off. Atomic, since the other bits of the word are its neighbours'; relaxed, since the
// flag announces nothing but itself.
template <typename Layout>
class Flags {
public:
    explicit Flags(const latchmark::Setting& setting)
        : words_((setting.workers + Layout::kPerWord - 1) / Layout::kPerWord, setting.memory),
          turns_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        auto& word = words_[worker / Layout::kPerWord].value;
        const std::uint64_t bit = bit_of(worker);
        for (std::uint64_t i = 0; i < operations; ++i) word.fetch_xor(bit, std::memory_order_relaxed);
        turns_[worker].value += operations;
    }

    // Every flag is on or off as its worker's turns say, and no bit is on that belongs to nobody.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t turns = 0;
        for (std::size_t worker = 0; worker < turns_.size(); ++worker) {
            const std::uint64_t word = words_[worker / Layout::kPerWord].value.load(std::memory_order_relaxed);
            const bool is_on = (word & bit_of(worker)) != 0;
            if (is_on != (turns_[worker].value % 2 == 1)) return false;
            turns += turns_[worker].value;
        }
        return turns == operations;
    }

protected:
    [[nodiscard]] static std::uint64_t bit_of(std::size_t worker) { return std::uint64_t{1} << (worker % Layout::kPerWord); }

    latchmark::Slots<typename Layout::Word> words_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> turns_;  // written once a batch
};

// Each worker takes its own lock, which nobody else wants, and counts under it. The counts lie apart in both layouts: the subject
// is the locks.
template <template <typename> typename Layout>
class OwnLocks {
public:
    explicit OwnLocks(const latchmark::Setting& setting)
        : mutexes_(setting.workers, setting.memory), counts_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        std::mutex& mutex = mutexes_[worker].value;
        std::uint64_t& count = counts_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::lock_guard lock(mutex);
            ++count;
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const auto& count : counts_) counted += count.value;
        return counted == operations;
    }

private:
    latchmark::Slots<Layout<std::mutex>> mutexes_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> counts_;
};

}  // namespace benchmarks::false_sharing
