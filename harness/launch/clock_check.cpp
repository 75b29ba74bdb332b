// Measures the clock with itself.
#include "harness/launch/clock_check.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "harness/measure/arithmetic.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/do_not_optimize.hpp"

namespace latchmark::launch {
namespace {

constexpr int kBlocks = 31;

// Median time of one of `count` repetitions. A block is short, so that most blocks see no interrupt.
template <typename Block>
double median_step_ns(std::uint64_t count, Block block) {
    std::vector<double> steps;
    for (int i = 0; i < kBlocks; ++i) {
        const std::uint64_t begin_ns = now_ns();
        block(count);
        steps.push_back(static_cast<double>(now_ns() - begin_ns) / static_cast<double>(count));
    }
    return measure::median_of(std::move(steps));
}

void warm_up() {
    constexpr std::uint64_t kWarmUpNs = 20'000'000;
    const std::uint64_t deadline_ns = now_ns() + kWarmUpNs;
    while (now_ns() < deadline_ns) run_chain(1000);
}

}  // namespace

double clock_resolution_ns() {
    std::uint64_t smallest = UINT64_MAX;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t begin_ns = now_ns();
        std::uint64_t end_ns = begin_ns;
        while (end_ns == begin_ns) end_ns = now_ns();
        smallest = std::min(smallest, end_ns - begin_ns);
    }
    return static_cast<double>(smallest);
}

ClockCheck check_clock() {
    warm_up();
    ClockCheck check;
    check.resolution_ns = clock_resolution_ns();
    check.read_ns = median_step_ns(500, [](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) do_not_optimize(now_ns());
    });
    check.chain_step_ns = median_step_ns(20'000, [](std::uint64_t count) { run_chain(count); });
    return check;
}

}  // namespace latchmark::launch
