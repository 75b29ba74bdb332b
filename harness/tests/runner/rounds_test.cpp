// The order of a round: complete, drawn from the seed, balanced between the sides.
#include "harness/runner/rounds.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {
namespace {

std::vector<std::size_t> points_of(const std::vector<Slot>& order) {
    std::vector<std::size_t> points;
    points.reserve(order.size());
    for (const auto& slot : order) points.push_back(slot.point);
    return points;
}

const std::vector<std::size_t> kPoints{0, 1, 3, 4, 7, 9, 10, 11};

TEST(Rounds, HoldEachPointAndSideOnce) {
    for (unsigned round = 0; round < 5; ++round) {
        std::set<std::pair<std::size_t, std::size_t>> slots;
        for (const auto& slot : order_of_round(kPoints, 3, 1, round)) slots.emplace(slot.point, slot.side);
        EXPECT_EQ(slots.size(), kPoints.size() * 3);
    }
}

TEST(Rounds, DependOnSeedAndRoundOnly) {
    EXPECT_EQ(order_of_round(kPoints, 2, 7, 4), order_of_round(kPoints, 2, 7, 4));
    EXPECT_NE(points_of(order_of_round(kPoints, 1, 7, 4)), points_of(order_of_round(kPoints, 1, 7, 5)));
    EXPECT_NE(points_of(order_of_round(kPoints, 1, 7, 4)), points_of(order_of_round(kPoints, 1, 8, 4)));
}

// A recorded seed must repeat its order on every machine and library for as long as run files live.
TEST(Rounds, OfARecordedSeedAreKnown) {
    EXPECT_EQ(points_of(order_of_round({0, 1, 2, 3, 4, 5}, 1, 42, 0)), (std::vector<std::size_t>{5, 2, 1, 4, 0, 3}));
}

TEST(Rounds, KeepTheSidesOfAPointNextToEachOther) {
    const auto order = order_of_round(kPoints, 2, 3, 1);
    for (std::size_t i = 0; i < order.size(); i += 2) {
        EXPECT_EQ(order[i].point, order[i + 1].point);
        EXPECT_NE(order[i].side, order[i + 1].side);
    }
}

std::size_t first_side(std::size_t point, std::uint64_t seed, unsigned round) {
    const auto order = order_of_round(kPoints, 2, seed, round);
    return std::find_if(order.begin(), order.end(), [&](const Slot& slot) { return slot.point == point; })->side;
}

TEST(Rounds, BalanceWhoGoesFirstInEachBlockOfTwo) {
    for (const std::size_t point : kPoints)
        for (unsigned round = 0; round < 20; round += 2) EXPECT_NE(first_side(point, 5, round), first_side(point, 5, round + 1));
}

TEST(Rounds, DrawTheBlocksAnewForEachPointAndBlock) {
    std::map<std::size_t, int> first;
    for (const std::size_t point : kPoints)
        for (unsigned round = 0; round < 40; round += 2) ++first[first_side(point, 5, round)];
    // 160 fair draws: fewer than 40 of one kind has a chance below 1e-9.
    EXPECT_GT(first[0], 40);
    EXPECT_GT(first[1], 40);
}

TEST(Seeds, AreWholeNumbersOfSixtyFourBits) {
    EXPECT_EQ(seed_from("18446744073709551615"), ~std::uint64_t{0});
    for (const char* text : {"", "-1", "1.5", "18446744073709551616", "7x"})
        EXPECT_THROW(static_cast<void>(seed_from(text)), UsageError) << text;
}

}  // namespace
}  // namespace latchmark::runner
