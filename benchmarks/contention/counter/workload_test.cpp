// Every variant counts exactly, with threads and with processes; one that is not atomic is found out.
#include "benchmarks/contention/counter/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/locks/process_shared_mutex.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

template <typename Workload>
class CounterTest : public testing::Test {};
using Workloads = testing::Types<FetchAdd<std::memory_order_relaxed>, FetchAdd<std::memory_order_acq_rel>,
                                 FetchAdd<std::memory_order_seq_cst>, FetchAdd<std::memory_order_relaxed, Result::used>, CasLoop,
                                 Locked<std::mutex>, Locked<ProcessSharedMutex>, Sharded, PerWorker>;
TYPED_TEST_SUITE(CounterTest, Workloads);

TYPED_TEST(CounterTest, CountsEveryIncrementOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, 10'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(CasLoopTallies, CountsNoFailureWithoutARival) {
    std::array<std::uint64_t, 1> tallies{};
    const auto trial =
        latchmark::trial_of<CasLoop>({.workers = 1}, 1'000, [&](auto& workload, std::size_t worker, std::uint64_t count) {
            workload.run(worker, count, std::span<std::uint64_t>(tallies));
        });
    EXPECT_TRUE(trial.finds_all);
    // A weak compare-and-swap may fail without a rival on LL/SC machines, but not once an operation.
    EXPECT_LT(tallies[0], 1'000U);
}

TEST(CasLoopTallies, FailuresAreAddedToWhatWasThere) {
    std::array<std::uint64_t, 1> tallies{7};
    (void)latchmark::trial_of<CasLoop>({.workers = 1}, 1, [&](auto& workload, std::size_t worker, std::uint64_t count) {
        workload.run(worker, count, std::span<std::uint64_t>(tallies));
    });
    EXPECT_GE(tallies[0], 7U);
}

TEST(LoadStoreCounter, VerifiesWithOneToFourWorkersWhateverItLoses) {
    for (std::size_t workers = 1; workers <= 4; ++workers)
        EXPECT_TRUE(latchmark::trial_of<LoadStore>({.workers = workers}, 10'000).finds_all) << workers << " workers";
}

// Two workers that take turns lose nothing; the operations that are claimed beyond the count are those that were lost.
struct TurnsOfTwo {
    std::pmr::monotonic_buffer_resource memory;
    LoadStore workload{latchmark::Setting{.workers = 2, .memory = &memory}};
    TurnsOfTwo() {
        workload.run(0, 30);
        workload.run(1, 40);
    }
};

TEST(LoadStoreCounter, LostAreTheOperationsThatAreMissingInTheCount) {
    const TurnsOfTwo turns;
    std::array<std::uint64_t, 1> lost{99};
    turns.workload.final_tallies(70, lost);
    EXPECT_EQ(lost[0], 0U);
    turns.workload.final_tallies(75, lost);
    EXPECT_EQ(lost[0], 5U);
}

TEST(LoadStoreCounter, NeverGainsAndNeverLosesAll) {
    const TurnsOfTwo turns;
    EXPECT_TRUE(turns.workload.verify(70));
    EXPECT_TRUE(turns.workload.verify(1'000'000));
    EXPECT_FALSE(turns.workload.verify(69));
    std::pmr::monotonic_buffer_resource memory;
    const LoadStore idle(latchmark::Setting{.workers = 2, .memory = &memory});
    EXPECT_TRUE(idle.verify(0));
    EXPECT_FALSE(idle.verify(1));
}

// Load and store instead of one read-modify-write. Its threads take turns here, so that each is sure to overwrite the other's.
class LosesUpdates {
public:
    explicit LosesUpdates(const latchmark::Setting&) {}
    void run(std::size_t worker, std::uint64_t operations) {
        const std::uint64_t seen = 0;  // both workers read before either writes
        if (worker == 0) count_.store(seen + operations, std::memory_order_relaxed);
        if (worker == 1) count_.store(seen + operations, std::memory_order_relaxed);
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return count_.load(std::memory_order_relaxed) == operations; }

private:
    std::atomic<std::uint64_t> count_{0};
};

TEST(CounterSabotage, LostUpdatesAreNoticed) {
    EXPECT_TRUE(latchmark::trial_of<LosesUpdates>({.workers = 1}, 1'000).finds_all);
    EXPECT_FALSE(latchmark::trial_of<LosesUpdates>({.workers = 2}, 1'000).finds_all);
}

}  // namespace
}  // namespace benchmarks::contention
