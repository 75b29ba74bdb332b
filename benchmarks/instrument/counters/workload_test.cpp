// Every read of the counters is done, or the refusal is a reason and not a failure.
#include "benchmarks/instrument/counters/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::instrument {
namespace {

TEST(CounterReads, EveryWindowIsReadByEveryWorker) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<WindowReads<Reads::all>>({.workers = workers}, 50);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(CounterReads, AreThoseOfALaunchThatCountsAsMuchAsAnyDoes) {
    const auto all = roles_of(Reads::all), hardware = roles_of(Reads::hardware);
    EXPECT_GT(hardware.size(), 3U);  // more than the anchors
    EXPECT_GT(all.size(), hardware.size());
    EXPECT_EQ(latchmark::counters::asked_name_of(hardware.back()), "cycles:kernel");
}

TEST(CounterReads, OfTheHardwareAreDoneOrAbsentWithAReason) {
    if (const auto why = hardware_is_absent()) {
        EXPECT_TRUE(why->starts_with("the CPU's own counters cannot be read here: ")) << *why;
        return;
    }
    EXPECT_TRUE(latchmark::trial_of<WindowReads<Reads::hardware>>({.workers = 2}, 50).finds_all);
}

TEST(CounterReads, EveryGroupCallSucceedsOrIsRefusedBeforehand) {
    if (const auto why = group_is_refused()) {
        EXPECT_FALSE(why->empty());
        return;
    }
    EXPECT_TRUE((latchmark::trial_of<GroupCalls<GroupCall::read>>({.workers = 2}, 50).finds_all));
    EXPECT_TRUE((latchmark::trial_of<GroupCalls<GroupCall::enable_and_disable>>({.workers = 2}, 50).finds_all));
}

}  // namespace
}  // namespace benchmarks::instrument
