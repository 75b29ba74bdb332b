// Every thread of the pool stops each time it is told; one that goes on, or leaves before, is noticed.
#include "benchmarks/waiting/cancel/workload.hpp"

#include <gtest/gtest.h>
#include <variant>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

[[nodiscard]] latchmark::Setting setting_of(double pool) { return {.workers = 1, .parameters = {{"pool", pool}}}; }

template <typename Stopper>
class CancelTest : public testing::Test {};
using Stoppers =
    testing::Types<PollsBetweenPieces, PollsBetweenNaps, WaitsWithStopToken, TakesPills, WatchesEventfd, HeedsSignal>;
TYPED_TEST_SUITE(CancelTest, Stoppers);

TYPED_TEST(CancelTest, StopsEveryThreadEachTime) {
    for (const double pool : {1, 4}) {
        const auto trial = latchmark::trial_of<Cancel<TypeParam>>(setting_of(pool), 5);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << pool << " threads";
    }
}

TYPED_TEST(CancelTest, RecordsOneLatencyARequest) {
    latchmark::LatencyRecorder recorder;
    const auto trial = latchmark::trial_of<Cancel<TypeParam>>(
        setting_of(2), 5, [&](auto& workload, std::size_t worker, auto count) { workload.run(worker, count, recorder); });
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 1; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(recorded, 5U) << "none of them 0: a pool that had stopped already would show as that";
}

TYPED_TEST(CancelTest, GoesAwayThoughItNeverServed) {
    const Cancel<TypeParam> unused(setting_of(3));
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(unused.quantities()[0]));
}

TYPED_TEST(CancelTest, SaysWhatTellingCosts) {
    Cancel<TypeParam> workload(setting_of(2));
    workload.run(0, 3);
    EXPECT_GT(std::get<double>(workload.quantities()[0]), 0);
}

// Tells all of the pool but one, until it is told a second time.
class ForgetsOne : public TakesPills {
public:
    using TakesPills::TakesPills;
    void request(const Crew& crew) {
        if (requests_++ == 0) {
            const latchmark::Setting nowhere{};
            TakesPills::request(Crew(
                nowhere, crew.size() - 1, [](std::size_t) {}, [] {}));
        } else {
            TakesPills::request(crew);
        }
    }

private:
    int requests_ = 0;
};

class ImpatientForgetter : public Cancel<ForgetsOne> {
public:
    explicit ImpatientForgetter(const latchmark::Setting& setting) : Cancel(setting) {
        crew_.set_patience(std::chrono::milliseconds(200));
    }
};

TEST(CancelSabotage, AThreadThatWasNotToldEndsTheRun) {
    ImpatientForgetter workload(setting_of(4));
    EXPECT_THROW(workload.run(0, 1), std::runtime_error);
    EXPECT_FALSE(workload.verify(1));
}

class LeavesEarly : public PollsBetweenNaps {
public:
    using PollsBetweenNaps::PollsBetweenNaps;
    template <typename Turn>
    void serve(std::size_t /*index*/, Turn turn) {
        turn();
    }
};

TEST(CancelSabotage, AThreadThatLeavesBeforeItIsToldIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Cancel<LeavesEarly>>(setting_of(2), 3).finds_all);
}

class RunsOn : public Cancel<WatchesEventfd> {
public:
    using Cancel::Cancel;
    void run(std::size_t worker, std::uint64_t operations) {
        Cancel::run(worker, operations - 1);
        members_[0].turns.fetch_add(1);  // as one does that said it had stopped
        Cancel::run(worker, 1);
    }
};

TEST(CancelSabotage, AThreadThatRunsOnIsNoticed) { EXPECT_FALSE(latchmark::trial_of<RunsOn>(setting_of(2), 3).finds_all); }

}  // namespace
}  // namespace benchmarks::waiting
