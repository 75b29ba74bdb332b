// The map holds the keys it was made with, each once, and no others.
#include "benchmarks/primitives/maps/bucket_map.hpp"

#include <gtest/gtest.h>

namespace benchmarks {
namespace {

std::pmr::memory_resource* memory() { return std::pmr::get_default_resource(); }

TEST(BucketMapTest, EveryKeyHasAValueOfItsOwn) {
    for (const std::uint64_t keys : {1U, 2U, 100U, 8192U}) {
        BucketMap map(keys, memory());
        for (std::uint64_t key = 0; key < keys; ++key) {
            auto* value = map.value_of(map.bucket_of(key), key);
            ASSERT_NE(value, nullptr) << key;
            ASSERT_EQ(*value, 0U) << key;
            *value = key + 1;
        }
        for (std::uint64_t key = 0; key < keys; ++key) ASSERT_EQ(*map.value_of(map.bucket_of(key), key), key + 1);
        EXPECT_EQ(map.sum_of_values(), keys * (keys + 1) / 2);
    }
}

TEST(BucketMapTest, AKeyThatWasNotPutInIsNotFound) {
    BucketMap map(100, memory());
    for (std::uint64_t key = 100; key < 300; ++key) EXPECT_EQ(map.value_of(map.bucket_of(key), key), nullptr);
}

TEST(BucketMapTest, ABucketIsALineAndHasTwoKeysOnAverage) {
    EXPECT_EQ(BucketMap(8192, memory()).buckets(), 4096U);
    EXPECT_EQ(BucketMap(1, memory()).buckets(), 2U);
}

}  // namespace
}  // namespace benchmarks
