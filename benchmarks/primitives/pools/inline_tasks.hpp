// No pool at all: the submitter executes each task itself, at once. The floor of what a pool can cost.
#pragma once
#include <cstddef>

#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

class InlineTasks {
public:
    explicit InlineTasks(const latchmark::Setting& /*setting*/) {}

    [[nodiscard]] std::size_t most_outstanding() const { return 1; }

    template <typename Execute>
    void submit(const Task& task, Execute execute) {
        done_ = execute(std::size_t{0}, task);
        is_done_ = true;
    }
    void offer(std::size_t /*executor*/) {}
    void wait_until_idle() {}

    [[nodiscard]] Done collect() {
        is_done_ = false;
        return done_;
    }
    [[nodiscard]] bool try_collect(Done& done) {
        if (!is_done_) return false;
        done = collect();
        return true;
    }

private:
    Done done_{};
    bool is_done_ = false;
};

}  // namespace benchmarks
