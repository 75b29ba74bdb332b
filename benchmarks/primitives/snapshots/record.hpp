// A small record that readers must see whole, and the words in which every variant keeps it.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace benchmarks {

// Every word is the number of the write that made the record, so a mixture of two writes shows.
struct Record {
    static constexpr std::size_t kWords = 8;
    std::array<std::uint64_t, kWords> words{};

    // word_of(i) for each word. Not a loop: GCC keeps what a loop fills in memory, and copies it from there by loads that are
    // wider than the stores. Such a load waits until they have left the store buffer, which would cost more than the record.
    template <typename WordOf>
    [[nodiscard]] static Record of(WordOf word_of) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) { return Record{{word_of(I)...}}; }
        (std::make_index_sequence<kWords>{});
    }

    [[nodiscard]] bool is_whole() const {
        return [&]<std::size_t... I>(std::index_sequence<I...>) { return ((words[I] == words[0]) && ...); }
        (std::make_index_sequence<kWords>{});
    }

    // What the next write makes of it. Each word follows from itself: once torn, the record stays torn.
    [[nodiscard]] Record next() const {
        return of([&](std::size_t i) { return words[i] + 1; });
    }
};

// Relaxed atomics, whatever protects them: optimistic readers may meet a write, which plain words would make a data race, and
// the copy is then the same instructions everywhere, so that a difference between variants is protection alone.
class RecordWords {
public:
    [[nodiscard]] Record read() const {
        return Record::of([&](std::size_t i) { return words_[i].load(std::memory_order_relaxed); });
    }

    // What a section inside depends on: it cannot begin before this word could be read.
    [[nodiscard]] std::uint64_t first() const { return words_[0].load(std::memory_order_relaxed); }

    void write(const Record& record) {
        [&]<std::size_t... I>(std::index_sequence<I...>) { (words_[I].store(record.words[I], std::memory_order_relaxed), ...); }
        (std::make_index_sequence<Record::kWords>{});
    }

private:
    std::array<std::atomic<std::uint64_t>, Record::kWords> words_{};
};

// Whose readers may have to look again, and say so.
template <typename Shared>
concept CountsRetries = requires(Shared& shared) {
    shared.read(
        std::size_t{}, [](std::uint64_t) {}, [] {});
};

// Some records must know a thread before it reads; the others need no word of it.
template <typename Shared>
void attach_this_thread(Shared& shared) {
    if constexpr (requires { shared.attach(); }) shared.attach();
}

}  // namespace benchmarks
