// The walk visits everything, in one circle; a step or a lap that was left out is noticed; each level gets a size of its own.
#include "benchmarks/instrument/memory/workload.hpp"

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

using latchmark::Unavailable;

// A machine whose last rung does not take a test's memory: 4 KiB, 16 KiB, 64 KiB and 1 MiB.
constexpr Caches kTiny{.l1 = 8 * kKiB, .l2 = 32 * kKiB, .last = 256 * kKiB};

template <Level kLevel>
class TinyWalk : public Walk<kLevel> {
public:
    explicit TinyWalk(const latchmark::Setting& setting) : Walk<kLevel>(setting, kTiny) {}
};

template <typename Workload>
class MemoryWalkTest : public testing::Test {};
using Walks = testing::Types<TinyWalk<Level::l1>, TinyWalk<Level::l2>, TinyWalk<Level::last>, TinyWalk<Level::memory>>;
TYPED_TEST_SUITE(MemoryWalkTest, Walks);

TYPED_TEST(MemoryWalkTest, IsProvedWithinALapAndOverMany) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        for (const std::uint64_t operations : {11U, 20'003U}) {
            const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, operations);
            EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " x " << operations;
        }
    }
}

TEST(MemoryWalk, ComesToEveryStopOnceBeforeAnyAgain) {
    for (std::uint64_t stops = 2; stops <= 4'096; stops *= 2) {
        const Circle circle(stops);
        std::vector<bool> seen(stops);
        for (std::uint64_t step = 0; step < stops; ++step) {
            const std::uint64_t stop = circle.stop_after(step);
            ASSERT_LT(stop, stops);
            EXPECT_FALSE(seen[stop]) << stop << " of " << stops;
            seen[stop] = true;
        }
        EXPECT_EQ(circle.stop_after(stops), circle.stop_after(0));
    }
}

// A prefetcher goes on in strides. Of a random order some step goes as far as the one before it now and then.
TEST(MemoryWalk, HasNoStride) {
    const Circle circle(4'096);
    int repeated = 0;
    for (std::uint64_t step = 2; step < circle.size(); ++step) {
        const auto stride = circle.stop_after(step) - circle.stop_after(step - 1);
        if (stride == circle.stop_after(step - 1) - circle.stop_after(step - 2)) ++repeated;
    }
    EXPECT_LE(repeated, 10);
}

// The lowest bits of the generator come again after as many steps as a page has stops.
TEST(MemoryWalk, DoesNotGoThroughEachPageInTheSameOrder) {
    constexpr std::uint64_t kStopsOfAPage = 4'096 / sizeof(Stop);
    const Circle circle(1U << 16U);
    const auto place_in_page = [&](std::uint64_t step) { return circle.stop_after(step) % kStopsOfAPage; };
    constexpr int kSteps = 1'000;
    int repeated = 0;
    for (int step = 0; step < kSteps; ++step)
        if (place_in_page(static_cast<std::uint64_t>(step)) == place_in_page(static_cast<std::uint64_t>(step) + kStopsOfAPage))
            ++repeated;
    EXPECT_LE(repeated, kSteps / 10);
}

// Says that it did so many steps more than it did.
template <std::uint64_t kSkipped>
class Skips : public TinyWalk<Level::l1> {
public:
    using TinyWalk::TinyWalk;
    void run(std::size_t worker, std::uint64_t operations) {
        walk(worker, operations - kSkipped);
        count(worker, operations);
    }
};

TEST(MemorySabotage, StepsAndLapsThatAreLeftOutAreNoticed) {
    constexpr std::uint64_t kLap = kTiny.l1 / 2 / sizeof(Stop);
    EXPECT_TRUE(latchmark::trial_of<Skips<0>>({.workers = 1}, 1'000).finds_all);
    EXPECT_FALSE(latchmark::trial_of<Skips<1>>({.workers = 1}, 1'000).finds_all);
    EXPECT_FALSE(latchmark::trial_of<Skips<kLap>>({.workers = 1}, 1'000).finds_all);
}

std::uint64_t size(Level level, const Caches& caches) { return std::get<std::uint64_t>(footprint_of(level, caches)); }
std::string why_not(Level level, const Caches& caches) { return std::get<Unavailable>(footprint_of(level, caches)).why; }

TEST(MemoryFootprint, LiesWithinItsLevelAndBeyondTheOneBefore) {
    for (const Caches& caches : {kAssumed, Caches{48 * kKiB, 2 * kMiB, 36 * kMiB}, Caches{32 * kKiB, 512 * kKiB, 16 * kMiB},
                                 Caches{32 * kKiB, 256 * kKiB, 8 * kMiB}, Caches{48 * kKiB, 2 * kMiB, 480 * kMiB}}) {
        EXPECT_LE(2 * size(Level::l1, caches), caches.l1);
        EXPECT_GE(size(Level::l2, caches), 2 * caches.l1);
        EXPECT_LE(2 * size(Level::l2, caches), caches.l2);
        EXPECT_GE(size(Level::last, caches), 2 * caches.l2);
        EXPECT_LE(2 * size(Level::last, caches), caches.last);
        EXPECT_GE(size(Level::memory, caches), 2 * caches.last);
        EXPECT_LE(size(Level::memory, caches), kMostBytes);
    }
}

TEST(MemoryFootprint, SaysWhyAMachineLacksARung) {
    EXPECT_EQ(why_not(Level::last, {128 * kKiB, 12 * kMiB, 12 * kMiB}), "level 2 is this CPU's last level of cache");
    EXPECT_EQ(why_not(Level::last, {32 * kKiB, 2 * kMiB, 6 * kMiB}),
              "no size keeps a walk in the last level and out of the 2 MiB of the level before it");
    EXPECT_EQ(why_not(Level::memory, {48 * kKiB, 2 * kMiB, 1'152 * kMiB}),
              "the last level of cache has 1152 MiB: a walk through 1024 MiB would find much of it there");
}

// The caches of CPU 3, and of no other.
class DescribedFiles {
public:
    void add(int index, const std::string& level, const std::string& type, const std::string& size) {
        const std::string folder = "sys/devices/system/cpu/cpu3/cache/index" + std::to_string(index) + "/";
        texts_[folder + "level"] = level;
        texts_[folder + "type"] = type;
        texts_[folder + "size"] = size;
    }
    [[nodiscard]] std::optional<std::string> text_if_any(const std::string& path) const {
        const auto found = texts_.find(path);
        return found == texts_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, std::string> texts_{};
};

TEST(MemoryCaches, AreReadWithoutThoseOfInstructions) {
    DescribedFiles files;
    files.add(0, "1", "Data", "48K");
    EXPECT_EQ(caches_of(files, 3), kAssumed);  // level 1 alone
    files.add(1, "1", "Instruction", "64K");
    files.add(2, "2", "Unified", "2048K");
    EXPECT_EQ(caches_of(files, 3), (Caches{48 * kKiB, 2 * kMiB, 2 * kMiB}));
    files.add(3, "3", "Unified", "36M");
    EXPECT_EQ(caches_of(files, 3), (Caches{48 * kKiB, 2 * kMiB, 36 * kMiB}));
    EXPECT_EQ(caches_of(files, 4), kAssumed);
    files.add(2, "2", "Unified", "much");
    EXPECT_EQ(caches_of(files, 3), kAssumed);
}

TEST(MemoryQuantities, TellTheFootprintAndWhereASizeIsAssumed) {
    const TinyWalk<Level::l2> known({.workers = 1});
    EXPECT_EQ(std::get<double>(known.quantities()[0]), 16.0 * kKiB);
    EXPECT_EQ(std::get<double>(known.quantities()[1]), 256.0 * kKiB);
    class Assuming : public Walk<Level::l1> {
    public:
        explicit Assuming(const latchmark::Setting& setting) : Walk(setting, kAssumed) {}
    };
    const Assuming assuming({.workers = 1});
    EXPECT_EQ(std::get<Unavailable>(assuming.quantities()[1]).why, "the kernel tells no sizes of caches: 32 MiB are assumed");
}

}  // namespace
}  // namespace benchmarks::instrument
