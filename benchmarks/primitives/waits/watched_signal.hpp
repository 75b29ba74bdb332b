// Waiting awake: a word that is looked at until it has changed, and what is done between two looks.
#pragma once
#include <atomic>
#include <cstdint>
#include <sched.h>

#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

using WatchedWord = std::atomic<std::uint32_t>;

// `kBetweenLooks` is told the word and what was seen there: an instruction that waits for the word's line must look once more
// after it has begun to watch, or it sleeps through a store that came before.
template <void (*kBetweenLooks)(const WatchedWord& word, std::uint32_t seen)>
class alignas(latchmark::kIsolationSize) WatchedSignal {
public:
    explicit WatchedSignal(const latchmark::Setting& /*setting*/) {}

    void wait(std::uint32_t number) const {
        for (;;) {
            const std::uint32_t seen = word_.load(std::memory_order_acquire);  // acquire: what came before set()
            if (seen == number) return;
            kBetweenLooks(word_, seen);
        }
    }

    void set(std::uint32_t number) { word_.store(number, std::memory_order_release); }  // release: pairs with the acquire

private:
    WatchedWord word_{0};
};

// Looks again at once: sees the change soonest, and takes the most from whoever shares the core.
inline void look_again(const WatchedWord& /*word*/, std::uint32_t /*seen*/) {}

inline void relax_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) { latchmark::cpu_relax(); }

// Lets others have the CPU, if there are any: a system call at each look even where there are none.
inline void yield_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) { ::sched_yield(); }

using SpinSignal = WatchedSignal<look_again>;
using RelaxSignal = WatchedSignal<relax_between_looks>;
using YieldSignal = WatchedSignal<yield_between_looks>;

}  // namespace benchmarks
