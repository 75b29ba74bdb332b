// Reads of the clock that every window is measured with.
#pragma once
#include <cstddef>
#include <cstdint>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

class ClockReads {
public:
    explicit ClockReads(const latchmark::Setting& setting) : workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        read(worker, operations, [](std::uint64_t) {});
    }

    // From one read to the next, with nothing between but the note of the last gap: what is longer than the two is time that
    // something else took from this CPU.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        read(worker, operations, [&](std::uint64_t gap_ns) { recorder.record(gap_ns); });
    }

    // All reads were done, and none lay before the one before it.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t reads = 0;
        for (const auto& worker : workers_) {
            if (worker.value.backward_steps != 0) return false;
            reads += worker.value.reads;
        }
        return reads == operations;
    }

private:
    struct Reads {
        std::uint64_t reads = 0;
        std::uint64_t backward_steps = 0;
    };

    template <typename OnGap>
    void read(std::size_t worker, std::uint64_t operations, OnGap on_gap) {
        Reads& mine = workers_[worker].value;
        std::uint64_t last_ns = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t read_ns = latchmark::now_ns();
            if (read_ns < last_ns) ++mine.backward_steps;
            if (i != 0) on_gap(read_ns - last_ns);
            last_ns = read_ns;
        }
        mine.reads += operations;
    }

    latchmark::Slots<latchmark::Isolated<Reads>> workers_;
};

}  // namespace benchmarks::instrument
