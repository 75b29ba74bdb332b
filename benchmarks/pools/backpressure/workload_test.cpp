// Every item of every burst arrives once, in order and whole, or is counted as dropped; anything else is noticed.
#include "benchmarks/pools/backpressure/workload.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

template <WhenFull kWhenFull>
using Queue = BurstQueue<BurstItem, kWhenFull>;

latchmark::Setting setting_of(double capacity) { return {.workers = 2, .parameters = {{"capacity", capacity}}}; }

template <typename Workload>
class BackpressureTest : public testing::Test {};
using Workloads = testing::Types<Backpressure<Queue<WhenFull::wait>>, Backpressure<Queue<WhenFull::drop>>,
                                 Backpressure<Queue<WhenFull::never>>>;
TYPED_TEST_SUITE(BackpressureTest, Workloads);

TYPED_TEST(BackpressureTest, EveryItemArrivesOrIsCountedAsDropped) {
    const auto trial = latchmark::trial_of<TypeParam>(setting_of(8), 5);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TYPED_TEST(BackpressureTest, TakesTwoWorkers) {
    for (const std::size_t workers : {1U, 3U}) {
        auto setting = setting_of(8);
        setting.workers = workers;
        EXPECT_THROW(TypeParam{setting}, std::invalid_argument);
    }
}

TYPED_TEST(BackpressureTest, RecordsTheItemsThatArrive) {
    latchmark::LatencyRecorder recorder;
    latchmark::LatencyRecorder unused;
    static_cast<void>(latchmark::trial_of<TypeParam>(setting_of(8), 2, [&](auto& workload, std::size_t worker, auto count) {
        workload.run(worker, count, worker == 0 ? recorder : unused);
    }));
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_GT(recorded, 0U);
    EXPECT_LE(recorded, 2 * kBurstItems);
}

// The states of a full queue, without any race: one end after the other.
TEST(BurstQueueTest, DropsWhatFindsNoRoom) {
    Queue<WhenFull::drop> queue(2);
    EXPECT_TRUE(queue.put(BurstItem(0)));
    EXPECT_TRUE(queue.put(BurstItem(1)));
    EXPECT_FALSE(queue.put(BurstItem(2)));
    EXPECT_EQ(queue.take()->number, 0U);
    EXPECT_TRUE(queue.put(BurstItem(3)));
}

TEST(BurstQueueTest, WithoutABoundKeepsAllInMemory) {
    Queue<WhenFull::never> queue(2);
    for (std::uint64_t number = 0; number < 1000; ++number) EXPECT_TRUE(queue.put(BurstItem(number)));
    EXPECT_GE(queue.peak_bytes(), 1000 * sizeof(BurstItem));
    for (std::uint64_t number = 0; number < 1000; ++number) EXPECT_EQ(queue.take()->number, number);
    for (std::uint64_t number = 0; number < 100; ++number) EXPECT_TRUE(queue.put(BurstItem(number)));
    EXPECT_GE(queue.peak_bytes(), 1000 * sizeof(BurstItem)) << "the most that was held, not what is held now";
}

TEST(BurstQueueTest, HoldsNoMoreThanItsBound) {
    std::atomic<std::uint64_t> put{0};
    Queue<WhenFull::wait> queue(3);
    std::thread producer([&] {
        for (std::uint64_t number = 0; number < 500; ++number) {
            static_cast<void>(queue.put(BurstItem(number)));
            put.fetch_add(1);
        }
    });
    for (std::uint64_t taken = 0; taken < 500; ++taken) {
        EXPECT_LE(put.load(), taken + 3);
        EXPECT_EQ(queue.take()->number, taken);
    }
    producer.join();
}

// A queue that spoils something on its way.
void lose(Queue<WhenFull::never>& /*queue*/, const BurstItem& /*item*/) {}
void repeat(Queue<WhenFull::never>& queue, const BurstItem& item) { static_cast<void>(queue.put(item) && queue.put(item)); }
void put_the_last_again(Queue<WhenFull::never>& queue, const BurstItem& item) {
    static_cast<void>(queue.put(BurstItem(item.number - 1)));
}
void flip_a_bit(Queue<WhenFull::never>& queue, BurstItem item) {
    item.payload[5] ^= 1U;
    static_cast<void>(queue.put(item));
}

template <auto kSpoil>
class Spoils : public Queue<WhenFull::never> {
public:
    using BurstQueue::BurstQueue;
    [[nodiscard]] bool put(const BurstItem& item) {
        if (item.number != 7) return BurstQueue::put(item);
        kSpoil(*this, item);
        return true;
    }
};

template <auto kSpoil>
bool passes() {
    return latchmark::trial_of<Backpressure<Spoils<kSpoil>>>(setting_of(8), 2).finds_all;
}

TEST(BackpressureSabotage, ALostItemIsNoticed) { EXPECT_FALSE(passes<&lose>()); }
TEST(BackpressureSabotage, ADoubledItemIsNoticed) { EXPECT_FALSE(passes<&repeat>()); }
TEST(BackpressureSabotage, AnItemInPlaceOfAnotherIsNoticed) { EXPECT_FALSE(passes<&put_the_last_again>()); }
TEST(BackpressureSabotage, AFlippedBitIsNoticed) { EXPECT_FALSE(passes<&flip_a_bit>()); }

// Drops as it likes, and says so of none.
class DropsInSilence : public Queue<WhenFull::drop> {
public:
    using BurstQueue::BurstQueue;
    [[nodiscard]] bool put(const BurstItem& item) {
        static_cast<void>(BurstQueue::put(item));
        return true;
    }
};

// With room for nobody, so that it does not depend on who is faster.
TEST(BackpressureSabotage, ADropThatIsNotCountedIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Backpressure<DropsInSilence>>(setting_of(0), 2).finds_all);
}

}  // namespace
}  // namespace benchmarks::pools
