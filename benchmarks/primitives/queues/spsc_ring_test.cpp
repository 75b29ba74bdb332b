// The ring keeps order, says full and empty when it is, and its ends lie as their layout says.
#include "benchmarks/primitives/queues/spsc_ring.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace benchmarks {
namespace {

template <typename Ends>
class SpscRingTest : public testing::Test {
protected:
    SpscRing<std::uint64_t, Ends> ring_{4, std::pmr::get_default_resource()};
};
using Layouts = testing::Types<EndsTogether, EndsApart, EndsApartCached>;
TYPED_TEST_SUITE(SpscRingTest, Layouts);

TYPED_TEST(SpscRingTest, IsEmptyThenFullThenEmptyOverSeveralTurns) {
    std::uint64_t item = 0;
    for (std::uint64_t turn = 0; turn < 3; ++turn) {
        EXPECT_FALSE(this->ring_.try_pop(item));
        for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(this->ring_.try_push(10 * turn + i));
        EXPECT_FALSE(this->ring_.try_push(99));
        for (std::uint64_t i = 0; i < 4; ++i) {
            ASSERT_TRUE(this->ring_.try_pop(item));
            EXPECT_EQ(item, 10 * turn + i);
        }
    }
}

TYPED_TEST(SpscRingTest, OnePlaceGivenBackIsOneItemMore) {
    std::uint64_t item = 0;
    for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(this->ring_.try_push(i));
    ASSERT_TRUE(this->ring_.try_pop(item));
    EXPECT_TRUE(this->ring_.try_push(4));
    EXPECT_FALSE(this->ring_.try_push(5));
}

TYPED_TEST(SpscRingTest, KeepsOrderBetweenTwoThreads) {
    constexpr std::uint64_t kItems = 50'000;  // thousands of turns of the ring
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < kItems; ++i)
            while (!this->ring_.try_push(i)) std::this_thread::yield();  // there may be fewer CPUs than threads
    });
    std::uint64_t in_order = 0;
    for (std::uint64_t i = 0; i < kItems; ++i) {
        std::uint64_t item = 0;
        while (!this->ring_.try_pop(item)) std::this_thread::yield();
        if (item == i) ++in_order;
    }
    producer.join();
    EXPECT_EQ(in_order, kItems);
}

TEST(SpscRingLayout, EndsAreOnOneLineOrApart) {
    const auto distance = [](const auto& ends) {
        return reinterpret_cast<const char*>(&ends.tail) - reinterpret_cast<const char*>(&ends.head);
    };
    auto* memory = std::pmr::get_default_resource();
    EXPECT_EQ(distance(SpscRing<int, EndsTogether>(2, memory).ends()), 16);
    EXPECT_EQ(distance(SpscRing<int, EndsApart>(2, memory).ends()), 256);
    EXPECT_EQ(distance(SpscRing<int, EndsApartCached>(2, memory).ends()), 256);
}

TEST(SpscRingCapacity, IsAPowerOfTwo) {
    EXPECT_THROW((SpscRing<int, EndsApart>(3, std::pmr::get_default_resource())), std::invalid_argument);
    EXPECT_THROW((SpscRing<int, EndsApart>(0, std::pmr::get_default_resource())), std::invalid_argument);
}

}  // namespace
}  // namespace benchmarks
