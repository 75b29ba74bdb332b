// Two loops that no change of the code under test can touch: arithmetic in registers, and reads of the clock.
#pragma once
#include <cstddef>
#include <cstdint>

#include "benchmarks/primitives/fixed_steps.hpp"
#include "benchmarks/primitives/known_steps.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

// Differs between two sides only where the core ran at another frequency or was shared.
class UnchangedArithmetic {
public:
    explicit UnchangedArithmetic(const latchmark::Setting& setting) : state_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        State& state = state_[worker].value;
        state.value = fixed_steps(state.value, operations);
        state.operations += operations;
    }

    // The value is a function of the number of steps: a step that was left out shows.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        for (const auto& worker : state_) {
            if (worker.value.value != value_after(worker.value.operations)) return false;
            done += worker.value.operations;
        }
        return done == operations;
    }

private:
    struct State {
        std::uint64_t value = 0;
        std::uint64_t operations = 0;
    };
    latchmark::Slots<latchmark::Isolated<State>> state_;
};

// Differs between two sides only where the machine or the clock that all windows are taken with did. The loop is not that of
// instrument/clock, whose implementation may be what a change is about.
class UnchangedClockReads {
public:
    explicit UnchangedClockReads(const latchmark::Setting& setting) : state_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        State& state = state_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t read_ns = latchmark::now_ns();
            if (read_ns >= state.last_ns) ++state.reads;
            state.last_ns = read_ns;
        }
    }

    // A read that lay before the one before it does not count, and is missing here.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t reads = 0;
        for (const auto& worker : state_) reads += worker.value.reads;
        return reads == operations;
    }

private:
    struct State {
        std::uint64_t last_ns = 0;
        std::uint64_t reads = 0;
    };
    latchmark::Slots<latchmark::Isolated<State>> state_;
};

}  // namespace benchmarks::instrument
