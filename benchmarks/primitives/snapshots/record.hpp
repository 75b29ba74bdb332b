// A small record that readers must see whole, and the words in which every variant keeps it.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace benchmarks {

// Every word is the number of the write that made the record, so a mixture of two writes shows.
struct Record {
    static constexpr std::size_t kWords = 8;
    std::array<std::uint64_t, kWords> words{};

    [[nodiscard]] bool is_whole() const {
        return std::all_of(words.begin(), words.end(), [&](std::uint64_t word) { return word == words[0]; });
    }

    // What the next write makes of it. Each word follows from itself: once torn, the record stays torn.
    [[nodiscard]] Record next() const {
        Record after = *this;
        for (auto& word : after.words) ++word;
        return after;
    }
};

// Relaxed atomics, whatever protects them: optimistic readers may meet a write, which plain words would make a data race, and
// the copy is then the same instructions everywhere, so that a difference between variants is protection alone.
class RecordWords {
public:
    [[nodiscard]] Record read() const {
        Record seen;
        for (std::size_t i = 0; i < Record::kWords; ++i) seen.words[i] = words_[i].load(std::memory_order_relaxed);
        return seen;
    }

    void write(const Record& record) {
        for (std::size_t i = 0; i < Record::kWords; ++i) words_[i].store(record.words[i], std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::uint64_t>, Record::kWords> words_{};
};

// Whose readers may have to look again, and say so.
template <typename Shared>
concept CountsRetries = requires(Shared& shared) {
    shared.read(
        std::size_t{}, [] {}, [] {});
};

// Some records must know a thread before it reads; the others need no word of it.
template <typename Shared>
void attach_this_thread(Shared& shared) {
    if constexpr (requires { shared.attach(); }) shared.attach();
}

}  // namespace benchmarks
