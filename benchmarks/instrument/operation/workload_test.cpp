// The operations of known cost are really done, all of them, whichever loop they stand in.
#include "benchmarks/instrument/operation/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

template <typename Workload>
class OperationTest : public testing::Test {};
using Workloads = testing::Types<Empty, Chain<false>, Chain<true>>;
TYPED_TEST_SUITE(OperationTest, Workloads);

TYPED_TEST(OperationTest, DoesEveryOperation) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers, .chain_step_ns = 1.25}, 1'001);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

// Says that it did more steps than it ran.
class SkipsAStep : public Chain<false> {
public:
    explicit SkipsAStep(const latchmark::Setting& setting) : Chain(setting), shorter_(with_shorter_steps(setting)) {}
    void run(std::size_t worker, std::uint64_t operations) { shorter_.run(worker, operations); }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return Chain::verify(operations); }

private:
    static latchmark::Setting with_shorter_steps(latchmark::Setting setting) {
        setting.chain_step_ns *= 2;
        return setting;
    }
    Chain<false> shorter_;
};

TEST(OperationSabotage, SkippedStepsAreNoticed) { EXPECT_FALSE(latchmark::trial_of<SkipsAStep>({.workers = 1}, 100).finds_all); }

}  // namespace
}  // namespace benchmarks::instrument
