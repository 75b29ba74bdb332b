// Draws follow the law that they claim, and each worker's list is its own and walked to its end.
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <utility>
#include <vector>

#include "benchmarks/primitives/picks/pick_lists.hpp"
#include "benchmarks/primitives/picks/zipf.hpp"

namespace benchmarks {
namespace {

// The law, computed without the alias table.
double zipf_probability(std::size_t rank, std::size_t ranks, double exponent) {
    double sum = 0;
    for (std::size_t other = 1; other <= ranks; ++other) sum += std::pow(static_cast<double>(other), -exponent);
    return std::pow(static_cast<double>(rank + 1), -exponent) / sum;
}

class ZipfTest : public testing::TestWithParam<std::pair<std::size_t, double>> {};

TEST_P(ZipfTest, EveryRankIsDrawnAsOftenAsTheLawSays) {
    const auto [ranks, exponent] = GetParam();
    constexpr std::size_t kDraws = 1'000'000;
    const Zipf zipf(ranks, exponent);
    std::mt19937_64 generator(1);
    std::vector<double> drawn(ranks);
    for (std::size_t i = 0; i < kDraws; ++i) drawn.at(zipf(generator)) += 1;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        const double expected = kDraws * zipf_probability(rank, ranks, exponent);
        // Five standard deviations: among a thousand ranks a correct drawer passes it in all but one of some 2000 seeds.
        EXPECT_NEAR(drawn[rank], expected, 5 * std::sqrt(expected) + 1) << "rank " << rank;
    }
}

INSTANTIATE_TEST_SUITE_P(Laws, ZipfTest,
                         testing::Values(std::pair{std::size_t{1}, 0.99}, std::pair{std::size_t{2}, 1.0},
                                         std::pair{std::size_t{100}, 0.0}, std::pair{std::size_t{1000}, 0.99},
                                         std::pair{std::size_t{97}, 2.0}));

TEST(Zipf, HasAtLeastOneRank) { EXPECT_THROW(Zipf(0, 1.0), std::invalid_argument); }

latchmark::Setting setting_of(std::size_t workers, std::uint64_t seed) { return {.workers = workers, .seed = seed}; }

constexpr auto kAnything = [](std::size_t /*worker*/, auto& generator) { return static_cast<std::uint32_t>(generator()); };
constexpr auto kNumbered = [next = std::uint32_t{0}](std::size_t /*worker*/, auto& /*generator*/) mutable { return next++; };
using Lists = PickLists<std::uint32_t>;

std::vector<std::uint32_t> walked(Lists& lists, std::size_t worker, std::uint64_t count) {
    std::vector<std::uint32_t> picks;
    lists.walk(worker, count, [&](std::uint32_t pick) { picks.push_back(pick); });
    return picks;
}

TEST(PickListsTest, AWalkGoesOnWhereTheLastOneEndedAndStartsAgainAtTheEnd) {
    Lists lists(setting_of(1, 1), kNumbered);
    EXPECT_EQ(walked(lists, 0, 3), (std::vector<std::uint32_t>{0, 1, 2}));
    EXPECT_EQ(walked(lists, 0, 2), (std::vector<std::uint32_t>{3, 4}));
    EXPECT_EQ(walked(lists, 0, Lists::kPicks - 5).back(), Lists::kPicks - 1);
    EXPECT_EQ(walked(lists, 0, 2), (std::vector<std::uint32_t>{0, 1}));
}

TEST(PickListsTest, TheSameSeedDrawsTheSamePicksAndWorkersDrawTheirOwn) {
    Lists first(setting_of(2, 7), kAnything);
    Lists again(setting_of(2, 7), kAnything);
    Lists other(setting_of(2, 1007), kAnything);
    const auto picks = walked(first, 0, 100);
    EXPECT_EQ(walked(again, 0, 100), picks);
    EXPECT_NE(walked(first, 1, 100), picks);
    EXPECT_NE(walked(other, 0, 100), picks);
}

}  // namespace
}  // namespace benchmarks
