// Every item arrives once, in order and whole; one that is torn, repeated or left out is noticed.
#include "benchmarks/false_sharing/queue_indices/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::false_sharing {
namespace {

template <typename Workload>
class QueueIndicesTest : public testing::Test {};
using Workloads = testing::Types<QueueIndices<EndsTogether>, QueueIndices<EndsApart>, QueueIndices<EndsApartCached>>;
TYPED_TEST_SUITE(QueueIndicesTest, Workloads);

TYPED_TEST(QueueIndicesTest, EveryItemArrivesInOrderOverManyTurnsOfTheRing) {
    const auto trial = latchmark::trial_of<TypeParam>({.workers = 2}, 20 * kRingCapacity);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TYPED_TEST(QueueIndicesTest, GoesOnWhereTheLastBatchEnded) {
    const auto trial = latchmark::trial_of<TypeParam>({.workers = 2}, 3'000, [](auto& workload, std::size_t worker, auto count) {
        for (int batch = 0; batch < 3; ++batch) workload.run(worker, count / 3);
    });
    EXPECT_TRUE(trial.finds_all);
}

TYPED_TEST(QueueIndicesTest, TakesTwoWorkers) {
    for (const std::size_t workers : {1U, 3U}) EXPECT_THROW(TypeParam({.workers = workers}), std::invalid_argument);
}

void repeat(NumberedItem& item) { item = {item.number - 1, payload_of(item.number - 1)}; }
void renumber(NumberedItem& item) { ++item.number; }
void tear(NumberedItem& item) { item.payload = payload_of(item.number - 1); }

// A queue that spoils one item on its way.
template <void (&kSpoil)(NumberedItem&)>
class Spoils : public QueueIndices<EndsApart> {
public:
    using QueueIndices::QueueIndices;
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker != 0) return take(operations);
        for (std::uint64_t number = 0; number < operations; ++number) {
            NumberedItem item{number, payload_of(number)};
            if (number == 7) kSpoil(item);
            send(item);
        }
        ends_[0].value.items += operations;
    }
};

TEST(QueueIndicesSabotage, AnItemThatComesTwiceIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Spoils<repeat>>({.workers = 2}, 100).finds_all);
}

TEST(QueueIndicesSabotage, AnItemWithAnotherNumberIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Spoils<renumber>>({.workers = 2}, 100).finds_all);
}

TEST(QueueIndicesSabotage, ATornItemIsNoticed) { EXPECT_FALSE(latchmark::trial_of<Spoils<tear>>({.workers = 2}, 100).finds_all); }

}  // namespace
}  // namespace benchmarks::false_sharing
