// The controls do every operation, and a step or a read that was left out is noticed.
#include "benchmarks/instrument/unchanged/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

template <typename Workload>
class UnchangedTest : public testing::Test {};
using Workloads = testing::Types<UnchangedArithmetic, UnchangedClockReads>;
TYPED_TEST_SUITE(UnchangedTest, Workloads);

TYPED_TEST(UnchangedTest, DoesEveryOperation) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, 1'001);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(FixedSteps, AreThoseOfTheGeneratorInAnyPieces) {
    std::uint64_t value = 0;
    for (int step = 0; step < 5; ++step) value = next_value(value);
    EXPECT_EQ(value_after(5), value);
    EXPECT_EQ(fixed_steps(fixed_steps(0, 2), 3), value);
    EXPECT_EQ(fixed_steps(value, 0), value);
}

// The last step of each batch is not done, and nobody counts it out.
class SkipsAStep : public UnchangedArithmetic {
public:
    using UnchangedArithmetic::UnchangedArithmetic;
    void run(std::size_t worker, std::uint64_t operations) { UnchangedArithmetic::run(worker, operations - 1); }
};

// The last read of each batch is not done.
class SkipsARead : public UnchangedClockReads {
public:
    using UnchangedClockReads::UnchangedClockReads;
    void run(std::size_t worker, std::uint64_t operations) { UnchangedClockReads::run(worker, operations - 1); }
};

TEST(UnchangedSabotage, WhatIsLeftOutIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<SkipsAStep>({.workers = 1}, 100).finds_all);
    EXPECT_FALSE(latchmark::trial_of<SkipsARead>({.workers = 1}, 100).finds_all);
}

}  // namespace
}  // namespace benchmarks::instrument
