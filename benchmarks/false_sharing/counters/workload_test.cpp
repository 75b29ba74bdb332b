// The layouts are what their names say, and no increment is lost or invented.
#include "benchmarks/false_sharing/counters/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::false_sharing {
namespace {

template <typename Workload>
class CountersTest : public testing::Test {};
using Workloads = testing::Types<Counters<Packed>, Counters<Padded<64>>, Counters<Padded<128>>, ThreadLocal>;
TYPED_TEST_SUITE(CountersTest, Workloads);

TYPED_TEST(CountersTest, CountsEveryIncrementOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, 10'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(CountersLayout, PackedCountersShareALineAndPaddedOnesDoNot) {
    const auto distance = [](const auto& slots) {
        return reinterpret_cast<std::uintptr_t>(&slots[1]) - reinterpret_cast<std::uintptr_t>(&slots[0]);
    };
    const latchmark::Slots<Packed> packed(2, std::pmr::get_default_resource());
    const latchmark::Slots<Padded<64>> padded_64(2, std::pmr::get_default_resource());
    const latchmark::Slots<Padded<128>> padded_128(2, std::pmr::get_default_resource());
    EXPECT_EQ(distance(packed), 8U);
    EXPECT_EQ(distance(padded_64), 64U);
    EXPECT_EQ(distance(padded_128), 128U);
    // A packed block that began anywhere could straddle two lines and be half innocent.
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&packed[0]) % latchmark::kIsolationSize, 0U);
}

// Loses one increment: what verify is for.
class LosesOne : public Counters<Packed> {
public:
    using Counters::Counters;
    void run(std::size_t worker, std::uint64_t operations) { Counters::run(worker, worker == 0 ? operations - 1 : operations); }
};

TEST(CountersSabotage, ALostIncrementIsNoticed) { EXPECT_FALSE(latchmark::trial_of<LosesOne>({.workers = 2}, 10'000).finds_all); }

}  // namespace
}  // namespace benchmarks::false_sharing
