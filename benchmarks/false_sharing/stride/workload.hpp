// Every worker counts in a word of its own; the words lie a given number of bytes apart.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::false_sharing {

using Word = std::atomic<std::uint64_t>;

// A read-modify-write needs the line for every operation. Relaxed: the count publishes nothing but itself.
struct AtomicAdd {
    static void increment(Word& word) { word.fetch_add(1, std::memory_order_relaxed); }
};

// A load and a store lose nothing here, since each word has one writer. Both are served from the worker's own store buffer while
// the line is away, so most of its travelling does not show.
struct LoadAndStore {
    static void increment(Word& word) { word.store(word.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
};

template <typename Increment>
class WordsAtStride {
public:
    explicit WordsAtStride(const latchmark::Setting& setting)
        : WordsAtStride(setting, static_cast<std::size_t>(setting.parameter("stride_bytes"))) {}

    void run(std::size_t worker, std::uint64_t operations) {
        Word& word = words_[place_of(worker)];
        for (std::uint64_t i = 0; i < operations; ++i) Increment::increment(word);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (std::size_t worker = 0; worker < workers_; ++worker)
            counted += word_of(worker).load(std::memory_order_relaxed);  // the team has ended
        return counted == operations;
    }

    [[nodiscard]] const Word& word_of(std::size_t worker) const { return words_[place_of(worker)]; }

protected:
    WordsAtStride(const latchmark::Setting& setting, std::size_t stride_bytes)
        : workers_(setting.workers),
          words_per_stride_(words_per(stride_bytes)),
          words_(workers_ * words_per_stride_, setting.memory) {}

private:
    // A stride between words would put two workers on one word, or a word across two lines.
    [[nodiscard]] static std::size_t words_per(std::size_t stride_bytes) {
        if (stride_bytes == 0 || stride_bytes % sizeof(Word) != 0)
            throw std::invalid_argument("stride_bytes must be a multiple of the word's 8 bytes");
        return stride_bytes / sizeof(Word);
    }

    [[nodiscard]] std::size_t place_of(std::size_t worker) const { return worker * words_per_stride_; }

    std::size_t workers_;
    std::size_t words_per_stride_;
    // Starts on an isolation boundary: else words 32 bytes apart might lie on two lines, and words 64 apart on one pair of lines
    // or on two, as the allocator pleases.
    latchmark::Slots<Word> words_;
};

// The same words as far apart as the isolation size, whatever the stride: what the others are compared with.
template <typename Increment>
class WordsApart : public WordsAtStride<Increment> {
public:
    explicit WordsApart(const latchmark::Setting& setting) : WordsAtStride<Increment>(setting, latchmark::kIsolationSize) {}
};

}  // namespace benchmarks::false_sharing
