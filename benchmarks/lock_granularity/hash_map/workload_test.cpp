// Every locking loses no update and finds every key; one that lets an update be overwritten is found out.
#include "benchmarks/lock_granularity/hash_map/workload.hpp"

#include <gtest/gtest.h>
#include <set>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::lock_granularity {
namespace {

latchmark::Setting setting_of(std::size_t workers, double reads = 50, double key_skew = 0.99, double stripes = 16) {
    return {.workers = workers, .parameters = {{"reads", reads}, {"key_skew", key_skew}, {"stripes", stripes}}, .seed = 3};
}

template <typename Workload>
class HashMapTest : public testing::Test {};
using Workloads = testing::Types<HashMap<Partition>, HashMap<OneLock<std::mutex>>, HashMap<OneLock<std::shared_mutex>>,
                                 HashMap<Striped<Packed>>, HashMap<Striped<Padded>>, HashMap<BucketSpin>>;
TYPED_TEST_SUITE(HashMapTest, Workloads);

TYPED_TEST(HashMapTest, FindsEveryKeyAndKeepsEveryUpdateOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(workers), 5'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

// A lock that on its way out puts back the sum it found at one moment: what the map looks like when two updates overlap.
struct Forgetful {
    void lock() {}
    void unlock() {
        if (++times == 1'000) --*map->value_of(map->bucket_of(0), 0);
    }
    BucketMap* map = nullptr;
    unsigned times = 0;
};
struct LosesAnUpdate {
    static constexpr bool kPartitioned = false;
    explicit LosesAnUpdate(const latchmark::Setting&) {}
    Forgetful& lock_of(BucketMap& map, std::size_t) {
        lock.map = &map;
        return lock;
    }
    Forgetful lock;
};

TEST(HashMapSabotage, ALostUpdateIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<HashMap<LosesAnUpdate>>(setting_of(1), 999).finds_all);
    EXPECT_FALSE(latchmark::trial_of<HashMap<LosesAnUpdate>>(setting_of(1), 1'000).finds_all);
}

std::vector<KeyPick> picks_of(const latchmark::Setting& setting, bool partitioned, std::size_t worker) {
    const BucketMap map(kKeys, std::pmr::get_default_resource());
    const KeyParts parts(setting, map, partitioned);
    std::mt19937_64 generator(1);
    std::vector<KeyPick> picks;
    for (unsigned i = 0; i < 20'000; ++i) picks.push_back(parts(worker, generator));
    return picks;
}

TEST(KeyPartsTest, WorkersOfAPartitionHaveNoBucketInCommonAndAllKeysBetweenThem) {
    const BucketMap map(kKeys, std::pmr::get_default_resource());
    std::set<std::uint16_t> keys;
    std::set<std::size_t> taken;
    for (std::size_t worker = 0; worker < 3; ++worker) {
        std::set<std::size_t> buckets;
        for (const KeyPick pick : picks_of(setting_of(3, 50, 0), true, worker)) {
            keys.insert(pick.key);
            buckets.insert(map.bucket_of(pick.key));
        }
        for (const std::size_t bucket : buckets) EXPECT_TRUE(taken.insert(bucket).second) << bucket;
    }
    EXPECT_GT(keys.size(), kKeys * 99 / 100);  // 20 000 draws of 2731 keys leave out one in 1500
}

TEST(KeyPartsTest, UpdatesAreTheShareThatIsNotRead) {
    for (const double reads : {50.0, 90.0, 99.0, 100.0}) {
        unsigned updates = 0;
        for (const KeyPick pick : picks_of(setting_of(2, reads), false, 1)) updates += pick.is_update ? 1U : 0U;
        EXPECT_NEAR(updates, 20'000 * (1 - reads / 100), 350) << reads << " % reads";  // five standard deviations
    }
}

TEST(KeyPartsTest, SharedKeysAreAllKeysAndTheHottestIsEverybodys) {
    for (std::size_t worker = 0; worker < 2; ++worker) {
        std::vector<unsigned> drawn(kKeys);
        for (const KeyPick pick : picks_of(setting_of(2), false, worker)) ++drawn.at(pick.key);
        EXPECT_EQ(std::max_element(drawn.begin(), drawn.end()), drawn.begin());
    }
}

TEST(StripedTest, StripesAreAPowerOfTwoAndAllOfThemAreUsed) {
    EXPECT_THROW(Striped<Packed>(setting_of(1, 50, 0, 48)), std::invalid_argument);
    EXPECT_THROW(Striped<Packed>(setting_of(1, 50, 0, 0)), std::invalid_argument);
    BucketMap map(kKeys, std::pmr::get_default_resource());
    Striped<Padded> striped(setting_of(1, 50, 0, 4096));
    std::set<std::mutex*> used;
    for (std::size_t bucket = 0; bucket < map.buckets(); ++bucket) used.insert(&striped.lock_of(map, bucket));
    EXPECT_EQ(used.size(), 4096U);
}

TEST(StripedTest, PaddedMutexesShareNoPairOfLinesAndPackedOnesDo) {
    BucketMap map(kKeys, std::pmr::get_default_resource());
    const auto distance_of = [&](auto striped) {
        return reinterpret_cast<std::uintptr_t>(&striped->lock_of(map, 1)) -
               reinterpret_cast<std::uintptr_t>(&striped->lock_of(map, 0));
    };
    EXPECT_EQ(distance_of(std::make_unique<Striped<Padded>>(setting_of(1))), 128U);
    EXPECT_EQ(distance_of(std::make_unique<Striped<Packed>>(setting_of(1))), sizeof(std::mutex));
}

TEST(SharedMutexTest, LookUpsGoInTogetherAndUpdatesAlone) {
    std::shared_mutex mutex;
    {
        const Reading<std::shared_mutex> first(mutex);
        EXPECT_FALSE(mutex.try_lock());
        std::thread second([&] { const Reading<std::shared_mutex> reads_too(mutex); });
        second.join();
    }
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
}

}  // namespace
}  // namespace benchmarks::lock_granularity
