// The record behind a sequence number: readers write nothing, and look again when a write came between.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <mutex>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

class alignas(latchmark::kIsolationSize) SeqlockRecord {
public:
    struct Ignore {
        void operator()() const {}
    };

    SeqlockRecord(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}

    // `on_retry` is called for each look that met a write.
    template <typename During, typename OnRetry = Ignore>
    [[nodiscard]] Record read(std::size_t /*worker*/, During during, OnRetry on_retry = {}) {
        for (;;) {
            // acquire: the words are read after it, and at least as new as this number says
            const std::uint64_t before = sequence_.load(std::memory_order_acquire);
            if (is_even(before)) {
                during(before);
                const Record seen = words_.read();
                // Pairs with the fence of a writer: whoever has read one of its words finds its odd number, or a later one,
                // below.
                std::atomic_thread_fence(std::memory_order_acquire);
                if (sequence_.load(std::memory_order_relaxed) == before) return seen;  // relaxed: the fence has ordered it
            }
            on_retry();
            latchmark::cpu_relax();
        }
    }

    void write(std::size_t /*worker*/) {
        const std::lock_guard lock(writers_.value);
        const std::uint64_t before = sequence_.load(std::memory_order_relaxed);  // only writers change it, one at a time
        sequence_.store(before + 1, std::memory_order_relaxed);                  // relaxed: the fence orders it before the words
        std::atomic_thread_fence(std::memory_order_release);
        words_.write(words_.read().next());
        sequence_.store(before + 2, std::memory_order_release);  // release: the words before the number that calls them whole
    }

    // When the team has ended.
    [[nodiscard]] Record latest() const { return words_.read(); }

private:
    static bool is_even(std::uint64_t sequence) { return sequence % 2 == 0; }

    std::atomic<std::uint64_t> sequence_{0};  // odd while a write is going on
    RecordWords words_{};
    latchmark::Isolated<std::mutex> writers_{};  // apart from the words, which a waiting writer must not take from the readers
};

}  // namespace benchmarks
