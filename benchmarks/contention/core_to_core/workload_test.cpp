// The number comes round, each worker seeing exactly its own turns; one that does not wait for them is found out.
#include "benchmarks/contention/core_to_core/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

template <typename Workload>
class CoreToCoreTest : public testing::Test {};
using Workloads = testing::Types<StoreLoad, LineEachWay, CompareAndSwap>;
TYPED_TEST_SUITE(CoreToCoreTest, Workloads);

TYPED_TEST(CoreToCoreTest, GoesRoundOneToFourWorkers) {
    // Few: with more workers than CPUs each turn may take a slice of the scheduler.
    for (const auto& [workers, operations] : {std::pair{1U, 1'000U}, {2U, 1'000U}, {3U, 5U}, {4U, 5U}}) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, operations);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(CoreToCoreTest, GoesOnWhereTheLastBatchStopped) {
    const auto trial =
        latchmark::trial_of<TypeParam>({.workers = 2}, 100, [](auto& workload, std::size_t worker, std::uint64_t operations) {
            workload.run(worker, operations / 2 - 1);
            workload.run(worker, operations / 2 + 1);
        });
    EXPECT_TRUE(trial.finds_all);
}

// Looks, and goes on whatever it sees: it stores the right numbers, in no order.
class DoesNotWait : public Relay {
public:
    using Relay::Relay;
    void run(std::size_t worker, std::uint64_t operations) {
        take_turns(worker, operations, [&](std::uint64_t turn) {
            const std::uint64_t seen = line(0).load(std::memory_order_relaxed);
            line(0).store(turn + 1, std::memory_order_relaxed);
            return seen;
        });
    }
};

TEST(CoreToCoreSabotage, AWorkerThatDoesNotWaitIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<DoesNotWait>({.workers = 1}, 1'000).finds_all);  // alone it is always its turn
    EXPECT_FALSE(latchmark::trial_of<DoesNotWait>({.workers = 2}, 100'000).finds_all);
}

}  // namespace
}  // namespace benchmarks::contention
