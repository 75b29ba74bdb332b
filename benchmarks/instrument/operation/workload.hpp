// Operations whose true cost is known: nothing, and a fixed number of dependent steps.
#pragma once
#include <cstddef>
#include <cstdint>

#include "benchmarks/primitives/empty_loop.hpp"
#include "benchmarks/primitives/known_steps.hpp"
#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

using Empty = EmptyLoop;

inline constexpr double kChainOperationNs = 5;

// A chain that goes on from operation to operation: were each one its own, the CPU would overlap neighbours and show less than
// their time. Fragmented: one loop per operation, as workloads have it. Bare: all steps of the batch in one loop. Their
// difference is what the loop around an operation costs.
template <bool IsBare>
class Chain {
public:
    explicit Chain(const latchmark::Setting& setting)
        : steps_per_operation_(setting.chain_steps(kChainOperationNs)), state_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        State& state = state_[worker].value;
        std::uint64_t value = state.value;
        const std::uint64_t loops = IsBare ? 1 : operations;
        const std::uint64_t steps = IsBare ? operations * steps_per_operation_ : steps_per_operation_;
        for (std::uint64_t i = 0; i < loops; ++i) {
            for (std::uint64_t step = 0; step < steps; ++step) {
                value = next_value(value);
                latchmark::do_not_optimize(value);
            }
        }
        state.value = value;
        state.operations += operations;
    }

    // The last value is a function of the number of steps.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        for (const auto& worker : state_) {
            if (worker.value.value != value_after(worker.value.operations * steps_per_operation_)) return false;
            done += worker.value.operations;
        }
        return done == operations;
    }

private:
    struct State {
        std::uint64_t value = 0;
        std::uint64_t operations = 0;
    };

    std::uint64_t steps_per_operation_;
    latchmark::Slots<latchmark::Isolated<State>> state_;
};

}  // namespace benchmarks::instrument
