// The words lie where the stride says, from an isolation boundary on, and no increment is lost.
#include "benchmarks/false_sharing/stride/workload.hpp"

#include <gtest/gtest.h>
#include <memory_resource>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::false_sharing {
namespace {

latchmark::Setting setting_of(std::size_t workers, double stride_bytes) {
    return {.workers = workers, .parameters = {{"stride_bytes", stride_bytes}}};
}

std::uintptr_t address_of(const Word& word) { return reinterpret_cast<std::uintptr_t>(&word); }

template <typename Workload>
class StrideTest : public testing::Test {};
using Workloads =
    testing::Types<WordsAtStride<AtomicAdd>, WordsApart<AtomicAdd>, WordsAtStride<LoadAndStore>, WordsApart<LoadAndStore>>;
TYPED_TEST_SUITE(StrideTest, Workloads);

TYPED_TEST(StrideTest, CountsEveryIncrementOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(workers, 32), 10'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(StrideTest, FirstWordIsOnAnIsolationBoundary) {
    const TypeParam workload(setting_of(2, 16));
    EXPECT_EQ(address_of(workload.word_of(0)) % latchmark::kIsolationSize, 0U);
}

TEST(StrideLayout, NeighboursAreAStrideApart) {
    for (const double stride_bytes : {8.0, 16.0, 32.0, 64.0, 128.0, 256.0}) {
        const WordsAtStride<AtomicAdd> workload(setting_of(3, stride_bytes));
        for (std::size_t worker = 1; worker < 3; ++worker)
            EXPECT_EQ(address_of(workload.word_of(worker)) - address_of(workload.word_of(worker - 1)),
                      static_cast<std::uintptr_t>(stride_bytes));
    }
}

TEST(StrideLayout, ApartIsTheIsolationSizeWhateverTheStride) {
    const WordsApart<AtomicAdd> workload(setting_of(2, 8));
    EXPECT_EQ(address_of(workload.word_of(1)) - address_of(workload.word_of(0)), latchmark::kIsolationSize);
}

TEST(StrideLayout, AStrideThatWouldSplitAWordIsRefused) {
    for (const double stride_bytes : {0.0, 4.0, 12.0})
        EXPECT_THROW((WordsAtStride<AtomicAdd>(setting_of(2, stride_bytes))), std::invalid_argument);
}

// What a lost update looks like in the end: one increment that was done and is not there.
class LosesOne : public WordsAtStride<LoadAndStore> {
public:
    using WordsAtStride::WordsAtStride;
    void run(std::size_t worker, std::uint64_t operations) {
        WordsAtStride::run(worker, worker == 0 ? operations - 1 : operations);
    }
};

TEST(StrideSabotage, ALostIncrementIsNoticed) { EXPECT_FALSE(latchmark::trial_of<LosesOne>(setting_of(2, 8), 10'000).finds_all); }

}  // namespace
}  // namespace benchmarks::false_sharing
