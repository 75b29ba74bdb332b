// Every use is counted in its worker's own element, and the elements lie as the variants' names say.
#include "benchmarks/false_sharing/worker_structs/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::false_sharing {
namespace {

using latchmark::Isolated;

template <typename Workload>
class WorkerStructsTest : public testing::Test {};
using Workloads = testing::Types<Statistics<InArray, AtomicAddition>, Statistics<Isolated, AtomicAddition>,
                                 Statistics<InArray, PlainAddition>, Statistics<Isolated, PlainAddition>, Flags<FlagsInWords>,
                                 Flags<FlagsApart>, OwnLocks<InArray>, OwnLocks<Isolated>>;
TYPED_TEST_SUITE(WorkerStructsTest, Workloads);

TYPED_TEST(WorkerStructsTest, CountsEveryUseOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        for (const std::uint64_t operations : {1'000U, 1'001U}) {  // flags that end off, and on
            const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, operations);
            EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many)
                << workers << " workers, " << operations << " operations";
        }
    }
}

TEST(FlagsOfManyWorkers, GoOnInTheNextWord) {
    const auto trial = latchmark::trial_of<Flags<FlagsInWords>>({.workers = 70}, 3);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TEST(WorkerStructsLayout, ElementsAreAsFarApartAsTheirNamesSay) {
    EXPECT_EQ(sizeof(InArray<RequestStatistics>), 40U);
    EXPECT_EQ(sizeof(Isolated<RequestStatistics>), latchmark::kIsolationSize);
    EXPECT_EQ(sizeof(InArray<std::mutex>), sizeof(std::mutex));
    EXPECT_LT(sizeof(std::mutex), 64U);  // or neighbours would not share a line
    EXPECT_EQ(sizeof(Isolated<std::mutex>), latchmark::kIsolationSize);
    EXPECT_EQ(sizeof(FlagsApart::Word), latchmark::kIsolationSize);
}

// Turns its flag once less than it says.
class ForgetsATurn : public Flags<FlagsInWords> {
public:
    using Flags::Flags;
    void run(std::size_t worker, std::uint64_t operations) {
        Flags::run(worker, operations - 1);
        ++turns_[worker].value;
    }
};

// Writes the whole word back from what it read before its neighbour's turn, as a plain std::vector<bool> does.
class TurnsWithoutAtomics : public Flags<FlagsInWords> {
public:
    using Flags::Flags;
    void run(std::size_t worker, std::uint64_t operations) {
        const std::uint64_t seen = 0;  // both workers read before either writes
        words_[0].value.store(seen ^ bit_of(worker), std::memory_order_relaxed);
        turns_[worker].value += operations;
    }
};

TEST(WorkerStructsSabotage, AForgottenTurnIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<ForgetsATurn>({.workers = 2}, 1'000).finds_all);
}

TEST(WorkerStructsSabotage, AFlagThatANeighbourOverwroteIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<TurnsWithoutAtomics>({.workers = 1}, 1).finds_all);
    EXPECT_FALSE(latchmark::trial_of<TurnsWithoutAtomics>({.workers = 2}, 1).finds_all);
}

// Notes a request and forgets its bytes.
class ForgetsBytes : public Statistics<InArray, PlainAddition> {
public:
    using Statistics::Statistics;
    void run(std::size_t worker, std::uint64_t operations) {
        Statistics::run(worker, operations - 1);
        PlainAddition::add(slots_[worker].value.requests, 1);
    }
};

TEST(WorkerStructsSabotage, BytesThatWereNotNotedAreNoticed) {
    EXPECT_FALSE(latchmark::trial_of<ForgetsBytes>({.workers = 2}, 1'000).finds_all);
}

// Skips the work of one operation under the lock.
class CountsOneLess : public OwnLocks<InArray> {
public:
    using OwnLocks::OwnLocks;
    void run(std::size_t worker, std::uint64_t operations) { OwnLocks::run(worker, operations - (worker == 0 ? 1 : 0)); }
};

TEST(WorkerStructsSabotage, ALockThatWasNotTakenIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<CountsOneLess>({.workers = 2}, 1'000).finds_all);
}

}  // namespace
}  // namespace benchmarks::false_sharing
