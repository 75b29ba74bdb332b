// Slow work is done once an operation, on the side of the lock that the name says; work that is left out is found out.
#include "benchmarks/lock_granularity/blocking_inside/workload.hpp"

#include <barrier>
#include <gtest/gtest.h>
#include <memory>
#include <thread>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::lock_granularity {
namespace {

latchmark::Setting setting_of(std::size_t workers) { return {.workers = workers, .parameters = {{"timer_slack_ns", 1}}}; }

template <typename Workload>
class BlockingInsideTest : public testing::Test {};
using Workloads = testing::Types<BlockingInside<Sleep, Where::outside>, BlockingInside<Sleep, Where::inside>,
                                 BlockingInside<Write, Where::outside>, BlockingInside<Write, Where::inside>>;
TYPED_TEST_SUITE(BlockingInsideTest, Workloads);

TYPED_TEST(BlockingInsideTest, CountsAndDoesTheSlowWorkOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(workers), 50);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(BlockingInsideTest, RecordsAWaitForEveryOperation) {
    const auto recorder = std::make_unique<latchmark::LatencyRecorder>();
    const auto trial = latchmark::trial_of<TypeParam>(
        setting_of(1), 50,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, *recorder); });
    EXPECT_TRUE(trial.finds_all);
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder->count_in(bucket);
    EXPECT_EQ(recorded, 50U);
}

TEST(SleepTest, SetsTheSlackOfEachThreadThatSleeps) {
    const int before = ::prctl(PR_GET_TIMERSLACK);
    for (const int slack_ns : {1, 50'000, 70'000}) {
        auto setting = setting_of(1);
        setting.parameters["timer_slack_ns"] = slack_ns;
        Sleep sleep(setting);
        int found_ns = 0;
        std::thread([&] {
            sleep(0);
            found_ns = ::prctl(PR_GET_TIMERSLACK);
        }).join();
        EXPECT_EQ(found_ns, slack_ns);
        EXPECT_TRUE(sleep.verify(1));
    }
    EXPECT_EQ(::prctl(PR_GET_TIMERSLACK), before);
}

// Slow work that two workers can only do at the same time: ends if, and only if, none of them holds the lock meanwhile.
struct Rendezvous {
    explicit Rendezvous(const latchmark::Setting& setting) : both(static_cast<std::ptrdiff_t>(setting.workers)) {}
    void operator()(std::size_t /*worker*/) { both.arrive_and_wait(); }
    [[nodiscard]] bool verify(std::uint64_t) const { return true; }
    std::barrier<> both;
};

TEST(WhereTest, OutsideWorkersDoTheSlowWorkTogether) {
    const auto trial = latchmark::trial_of<BlockingInside<Rendezvous, Where::outside>>(setting_of(2), 50);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);  // by the guarded count alone
}

// Slow work that notices whether somebody else is at it. The count is plain: a race would be the sanitizer's to find.
struct Alone {
    explicit Alone(const latchmark::Setting& /*setting*/) {}
    void operator()(std::size_t /*worker*/) {
        is_alone = is_alone && ++at_work == 1;
        std::this_thread::yield();  // gives a rival the opportunity
        --at_work;
    }
    [[nodiscard]] bool verify(std::uint64_t) const { return is_alone; }
    int at_work = 0;
    bool is_alone = true;
};

TEST(WhereTest, InsideOneWorkerAtATimeDoesTheSlowWork) {
    EXPECT_TRUE((latchmark::trial_of<BlockingInside<Alone, Where::inside>>(setting_of(4), 200).finds_all));
}

// The two ways in which slow work can be cheaper than it claims.
struct SkipsASleep : Sleep {
    using Sleep::Sleep;
    void operator()(std::size_t worker) {
        if (++asked != 20) Sleep::operator()(worker);
    }
    unsigned asked = 0;
};
struct SkipsAWrite : Write {
    using Write::Write;
    void operator()(std::size_t worker) {
        if (++asked != 20) Write::operator()(worker);
    }
    unsigned asked = 0;
};

TEST(BlockingInsideSabotage, SlowWorkThatWasLeftOutIsNoticed) {
    EXPECT_TRUE((latchmark::trial_of<BlockingInside<SkipsASleep, Where::inside>>(setting_of(1), 19).finds_all));
    EXPECT_FALSE((latchmark::trial_of<BlockingInside<SkipsASleep, Where::inside>>(setting_of(1), 20).finds_all));
    EXPECT_TRUE((latchmark::trial_of<BlockingInside<SkipsAWrite, Where::outside>>(setting_of(1), 19).finds_all));
    EXPECT_FALSE((latchmark::trial_of<BlockingInside<SkipsAWrite, Where::outside>>(setting_of(1), 20).finds_all));
}

}  // namespace
}  // namespace benchmarks::lock_granularity
