// Branches on random bits, steps of the delay chain, single instructions.
#include "harness/control/computation.hpp"

#include "latchmark/base/chain.hpp"

namespace latchmark::control {

namespace {

constexpr std::uint64_t kTimes = 100'000;  // far above what counting itself does, and at most some milliseconds

}  // namespace

std::uint64_t RandomBranches::run(std::size_t /*worker*/, Stretch stretch) {
    const std::uint64_t mask = stretch == Stretch::idle ? 0 : 1;
    std::uint64_t bits = 0x9e3779b97f4a7c15;
    for (std::uint64_t i = 0; i < kTimes; ++i) {
        bits ^= bits << 13U;
        bits ^= bits >> 7U;
        bits ^= bits << 17U;
        // An instruction of its own on one side, or the compiler would choose without a branch.
        if ((bits & mask) != 0) asm volatile("nop");
    }
    return mask * kTimes;
}

std::uint64_t DependentSteps::run(std::size_t /*worker*/, Stretch stretch) {
    const std::uint64_t steps = stretch == Stretch::idle ? 0 : kTimes;
    run_chain(steps);
    return steps;
}

std::uint64_t Instructions::run(std::size_t /*worker*/, Stretch stretch) {
    return instructions_(stretch == Stretch::idle ? 0 : kTimes);
}

}  // namespace latchmark::control
