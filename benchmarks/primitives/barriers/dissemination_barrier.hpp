// A spinning barrier without a common word: in each round every worker tells another one, twice as far away as before.
#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// After round r a worker has heard, through others, of the 2^(r+1) - 1 workers before it; rounds end when that is everybody.
class DisseminationBarrier {
public:
    DisseminationBarrier(std::size_t workers, std::pmr::memory_resource* memory)
        : workers_(workers),
          rounds_(static_cast<std::size_t>(std::bit_width(workers - 1))),
          phases_(workers, memory),
          flags_(workers * rounds_, memory) {}

    void arrive_and_wait(std::size_t worker) {
        const std::uint64_t phase = ++phases_[worker].value;
        std::size_t distance = 1;
        for (std::size_t round = 0; round < rounds_; ++round, distance *= 2) {
            // distance < workers, so one subtraction brings it back into the ring
            std::size_t partner = worker + distance;
            if (partner >= workers_) partner -= workers_;
            // release: what this worker did, and all that it has acquired in the rounds before
            flag(partner, round).store(phase, std::memory_order_release);
            // acquire: the same from the worker behind. Its flag may show the next phase already, never the one after that.
            while (flag(worker, round).load(std::memory_order_acquire) < phase) latchmark::cpu_relax();
        }
    }

private:
    // A phase number only grows: a flag needs neither to be reset nor a sense.
    using Flag = latchmark::Isolated<std::atomic<std::uint64_t>>;

    std::atomic<std::uint64_t>& flag(std::size_t worker, std::size_t round) { return flags_[worker * rounds_ + round].value; }

    std::size_t workers_;
    std::size_t rounds_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> phases_;  // each worker's own
    latchmark::Slots<Flag> flags_;                                 // each written by one worker and watched by another
};

}  // namespace benchmarks
