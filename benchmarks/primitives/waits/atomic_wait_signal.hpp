// std::atomic's own wait and notify, on a word of four bytes or of eight.
#pragma once
#include <atomic>
#include <cstdint>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// In libstdc++ 12: a waiter looks 12 times with a relax instruction between and 4 times with a yield, and then sleeps: on the
// word itself if it has four bytes, else on a word that it shares with waiters of other addresses. Who sleeps is counted in a
// table of the process, so that it serves threads only.
template <typename Word>
class alignas(latchmark::kIsolationSize) AtomicWaitSignal {
public:
    explicit AtomicWaitSignal(const latchmark::Setting& /*setting*/) {}

    void wait(std::uint32_t number) const {
        Word seen = word_.load(std::memory_order_acquire);  // acquire: what came before set()
        while (seen != Word{number}) {
            word_.wait(seen, std::memory_order_acquire);
            seen = word_.load(std::memory_order_acquire);
        }
    }

    void set(std::uint32_t number) {
        word_.store(Word{number}, std::memory_order_release);  // release: pairs with the waiter's acquire
        word_.notify_one();
    }

private:
    std::atomic<Word> word_{0};
};

}  // namespace benchmarks
