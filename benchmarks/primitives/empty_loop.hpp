// The operation that does nothing: what is left is the loop and the harness around it.
#pragma once
#include <cstddef>
#include <cstdint>

#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Nothing but the loop, and the count that proves it ran.
class EmptyLoop {
public:
    explicit EmptyLoop(const latchmark::Setting& setting) : done_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        std::uint64_t done = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
            ++done;
            latchmark::do_not_optimize(done);  // or the loop becomes one addition
        }
        done_[worker].value += done;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        for (const auto& worker : done_) done += worker.value;
        return done == operations;
    }

private:
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> done_;
};

}  // namespace benchmarks
