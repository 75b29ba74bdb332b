// Phases that no worker begins before all have ended the one before.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// An operation is one phase of one worker: note the phase, meet, and look whether one of the others had noted it too. Whom to
// look at changes by the phase, so that every arrival is checked by somebody, at the price of one line that comes over.
template <typename Barrier>
class Phases {
public:
    explicit Phases(const latchmark::Setting& setting)
        : barrier_(setting.workers, setting.memory),
          nearest_(setting.workers > 1 ? 1 : 0),
          workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t phase = arrive(worker, 0);
            barrier_.arrive_and_wait(worker);
            check(worker, phase);
        }
    }

    // From the last arrival to this worker's departure: what the barrier adds, and not how unevenly the workers came. The stamp
    // is taken before arriving, so that one clock read is part of it.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t phase = arrive(worker, latchmark::now_ns());
            barrier_.arrive_and_wait(worker);
            const std::uint64_t departed_ns = latchmark::now_ns();
            const std::uint64_t last_arrival_ns = last_arrival_of(phase);
            // Clocks of two CPUs may differ by some nanoseconds: then the way was shorter than can be seen.
            recorder.record(departed_ns > last_arrival_ns ? departed_ns - last_arrival_ns : 0);
            check(worker, phase);
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t phases = 0;
        std::uint64_t too_early = 0;
        for (const auto& worker : workers_) {
            phases += worker.value.phase;
            too_early += worker.value.departed_too_early;
        }
        return phases == operations && too_early == 0;
    }

private:
    struct Note {
        std::uint64_t phase = 0;
        std::uint64_t arrived_ns = 0;
    };
    struct Worker {
        // One for even phases and one for odd ones, plain on purpose: a worker writes a note again only two phases later, which
        // the barrier keeps apart from those who read it. Where it doesn't, ThreadSanitizer sees a race.
        std::array<Note, 2> notes{};
        std::uint64_t phase = 0;
        std::size_t distance = 0;
        std::uint64_t departed_too_early = 0;
    };

    std::uint64_t arrive(std::size_t worker, std::uint64_t now_ns) {
        Worker& mine = workers_[worker].value;
        ++mine.phase;
        mine.notes[mine.phase % 2] = {.phase = mine.phase, .arrived_ns = now_ns};
        return mine.phase;
    }

    void check(std::size_t worker, std::uint64_t phase) {
        Worker& mine = workers_[worker].value;
        // All workers look equally far away, so that each is looked at by one other in each phase.
        mine.distance = mine.distance + 1 < workers_.size() ? mine.distance + 1 : nearest_;
        std::size_t other = worker + mine.distance;
        if (other >= workers_.size()) other -= workers_.size();
        if (workers_[other].value.notes[phase % 2].phase != phase) ++mine.departed_too_early;
    }

    [[nodiscard]] std::uint64_t last_arrival_of(std::uint64_t phase) const {
        std::uint64_t last_ns = 0;
        for (const auto& worker : workers_) last_ns = std::max(last_ns, worker.value.notes[phase % 2].arrived_ns);
        return last_ns;
    }

    Barrier barrier_;
    std::size_t nearest_;  // a worker that is alone has only itself to look at
    latchmark::Slots<latchmark::Isolated<Worker>> workers_;
};

}  // namespace benchmarks::contention
