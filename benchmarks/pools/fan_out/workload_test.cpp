// Every call of every operation is made, lasts as long as it should and is waited for; one that is left out is noticed.
#include "benchmarks/pools/fan_out/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

latchmark::Setting setting_of(double width) { return {.parameters = {{"width", width}}, .seed = 1}; }

template <typename Way>
class FanOutTest : public testing::Test {};
using Ways = testing::Types<OneAfterTheOther, ThreadEach, Pooled, OneLoop>;
TYPED_TEST_SUITE(FanOutTest, Ways);

TYPED_TEST(FanOutTest, MakesEveryCallOfEveryOperation) {
    for (const double width : {1.0, 5.0, 20.0}) {  // more than the pool has threads
        const auto trial = latchmark::trial_of<FanOut<TypeParam>>(setting_of(width), 5);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << width;
    }
}

TYPED_TEST(FanOutTest, SaysWhatItTakesBeyondTheLongestCall) {
    FanOut<TypeParam> workload(setting_of(4));
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(workload.quantities()[0]));
    workload.run(0, 3);
    EXPECT_GT(std::get<double>(workload.quantities()[0]), 0);
}

TEST(CallTest, IsNotOverBeforeItsTime) {
    Call call;
    call.begin(2'000'000);
    const std::uint64_t begin_ns = latchmark::now_ns();
    EXPECT_TRUE(call.end());
    EXPECT_GE(latchmark::now_ns() - begin_ns, 1'000'000U);
}

TEST(DurationsTest, DifferFromCallToCallAndFromOperationToOperation) {
    const Durations durations(4, 1);
    EXPECT_NE(durations.of(0, 0), durations.of(0, 1));
    EXPECT_NE(durations.of(0, 0), durations.of(1, 0));
    std::uint64_t longest_ns = 0;
    for (std::size_t call = 0; call < 4; ++call) {
        EXPECT_GE(durations.of(3, call), kShortestCallNs);
        EXPECT_LE(durations.of(3, call), kLongestCallNs);
        longest_ns = std::max(longest_ns, durations.of(3, call));
    }
    EXPECT_EQ(durations.longest_of(3), longest_ns);
}

TEST(FailureTest, ReachesWhoWaits) {
    Failure failure;
    failure.guard([] { throw std::runtime_error("no"); });
    EXPECT_THROW(failure.rethrow(), std::runtime_error);
}

// Leaves the last call out.
class LeavesOneOut : public OneAfterTheOther {
public:
    using OneAfterTheOther::OneAfterTheOther;
    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        OneAfterTheOther::all(begin, [&](std::size_t call) {
            if (call != 3) end(call);
        });
    }
};

// Makes the first call in its place.
class MakesOneTwice : public OneAfterTheOther {
public:
    using OneAfterTheOther::OneAfterTheOther;
    template <typename Begin, typename End>
    void all(Begin begin, End end) {
        OneAfterTheOther::all([&](std::size_t call) { begin(call == 3 ? 0 : call); },
                              [&](std::size_t call) { end(call == 3 ? 0 : call); });
    }
};

// A call whose end is not waited for.
class NeverWaits : public OneAfterTheOther {
public:
    using OneAfterTheOther::OneAfterTheOther;
    template <typename Begin, typename End>
    void all(Begin begin, End /*end*/) {
        for (std::size_t call = 0; call < 4; ++call) begin(call);
    }
};

template <typename Way>
bool passes() {
    return latchmark::trial_of<FanOut<Way>>(setting_of(4), 3).finds_all;
}

TEST(FanOutSabotage, ACallThatIsLeftOutIsNoticed) { EXPECT_FALSE(passes<LeavesOneOut>()); }
TEST(FanOutSabotage, ACallThatIsMadeTwiceIsNoticed) { EXPECT_FALSE(passes<MakesOneTwice>()); }
TEST(FanOutSabotage, ACallThatIsNotWaitedForIsNoticed) { EXPECT_FALSE(passes<NeverWaits>()); }

}  // namespace
}  // namespace benchmarks::pools
