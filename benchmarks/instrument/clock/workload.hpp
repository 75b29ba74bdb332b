// Reads of the clock that every window is measured with.
#pragma once
#include <cstddef>
#include <cstdint>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

// What both variants do: one read after the other, from one worker's memory alone.
class Reads {
public:
    template <typename OnGap>
    void read(std::uint64_t operations, OnGap on_gap) {
        std::uint64_t last_ns = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t read_ns = latchmark::now_ns();
            if (read_ns < last_ns) ++backward_steps_;
            if (i != 0) on_gap(read_ns - last_ns);
            last_ns = read_ns;
        }
        reads_ += operations;
        gaps_ += operations - 1;
    }

    [[nodiscard]] std::uint64_t reads() const { return reads_; }
    [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
    [[nodiscard]] bool went_backward() const { return backward_steps_ != 0; }

private:
    std::uint64_t reads_ = 0;
    std::uint64_t gaps_ = 0;  // one fewer a batch: before its first read there is none
    std::uint64_t backward_steps_ = 0;
};

class ClockReads {
public:
    explicit ClockReads(const latchmark::Setting& setting) : workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        workers_[worker].value.read(operations, [](std::uint64_t) {});
    }

    // From one read to the next, with nothing between but the note of the last gap: what is longer than the two is time that
    // something else took from this CPU.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        workers_[worker].value.read(operations, [&](std::uint64_t gap_ns) { recorder.record(gap_ns); });
    }

    // All reads were done, and none lay before the one before it.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& worker : workers_) {
            if (worker.value.went_backward()) return false;
            operations -= worker.value.reads();
        }
        return operations == 0;
    }

private:
    latchmark::Slots<latchmark::Isolated<Reads>> workers_;
};

// The same with a recorder of its own, so that the difference is what recording a latency costs beyond the read of the clock.
class ClockReadsRecorded {
public:
    explicit ClockReadsRecorded(const latchmark::Setting& setting) : workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        Recorded& mine = workers_[worker].value;
        mine.clock.read(operations, [&](std::uint64_t gap_ns) { mine.recorder.record(gap_ns); });
    }

    // All reads were done in order, and every gap was recorded.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& worker : workers_) {
            const Recorded& its = worker.value;
            std::uint64_t recorded = 0;
            for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket)
                recorded += its.recorder.count_in(bucket);
            if (its.clock.went_backward() || recorded != its.clock.gaps()) return false;
            operations -= its.clock.reads();
        }
        return operations == 0;
    }

private:
    struct Recorded {
        Reads clock{};
        latchmark::LatencyRecorder recorder{};
    };

    latchmark::Slots<latchmark::Isolated<Recorded>> workers_;
};

}  // namespace benchmarks::instrument
