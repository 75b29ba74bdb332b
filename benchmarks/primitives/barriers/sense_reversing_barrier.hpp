// A central spinning barrier: all count down one word and watch another, which the last one turns over.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// The sense is the lowest bit of a phase number that all read from the word they watch: nobody needs a sense of one's own.
class alignas(latchmark::kIsolationSize) SenseReversingBarrier {
public:
    SenseReversingBarrier(std::size_t workers, std::pmr::memory_resource* /*memory*/) : workers_(workers), missing_{workers} {}

    void arrive_and_wait(std::size_t /*worker*/) {
        // relaxed: it cannot change before this worker has arrived, and this worker has seen the last change
        const std::uint64_t phase = phase_.value.load(std::memory_order_relaxed);
        // acq_rel: publishes what this worker did, and gives the last one what all others published
        if (missing_.value.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            missing_.value.store(workers_, std::memory_order_relaxed);  // relaxed: seen before the phase below, which releases it
            phase_.value.store(phase + 1, std::memory_order_release);
            return;
        }
        // acquire: what everybody did before arriving
        while (phase_.value.load(std::memory_order_acquire) == phase) latchmark::cpu_relax();
    }

private:
    std::size_t workers_;
    // Apart: those who watch must not take the word from those who still have to count it down.
    latchmark::Isolated<std::atomic<std::size_t>> missing_;
    latchmark::Isolated<std::atomic<std::uint64_t>> phase_{};
};

}  // namespace benchmarks
