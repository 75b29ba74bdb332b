// The judge: every bound from both sides, and who may be blamed.
#include "harness/control/verdict.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "harness/control/subject.hpp"

namespace latchmark::control {
namespace {

using counters::Reading;
using counters::Status;

Reading counted(double value, Status status = Status::counted) {
    Reading reading;
    reading.status = status;
    reading.value = value;
    return reading;
}

Reading without_value(Status status) {
    Reading reading;
    reading.status = status;
    reading.why = "because";
    return reading;
}

struct Case {
    const char* role;
    std::uint64_t times;
    double counted, idle;
    Result expected;
};

TEST(Verdict, HasTwoSidesOfEveryBound) {
    const std::vector<Case> cases{
        // lines between cores: a quarter of the hand-overs, and one in a hundred of that on two lines
        {"cross_core_loads", 100'000, 25'000, 0, Result::passed},
        {"cross_core_loads", 100'000, 24'999, 0, Result::failed},
        {"cross_core_loads", 100'000, 0, 0, Result::failed},
        {"cross_core_loads", 100'000, 100'000, 1'000, Result::passed},
        {"cross_core_loads", 100'000, 100'000, 1'001, Result::failed},
        {"cross_socket_loads", 100'000, 24'999, 0, Result::failed},
        {"memory_ordering_clears", 100'000, 100, 50, Result::passed},
        {"memory_ordering_clears", 100'000, 99, 0, Result::failed},
        {"memory_ordering_clears", 100'000, 100, 51, Result::failed},
        // instructions that were counted out
        {"locked_instructions", 100'000, 90'000, 0, Result::passed},
        {"locked_instructions", 100'000, 89'999, 0, Result::failed},
        {"locked_instructions", 100'000, 200'000, 0, Result::passed},
        {"locked_instructions", 100'000, 200'001, 0, Result::failed},
        {"pause_instructions", 100'000, 49'999, 0, Result::failed},
        {"pause_instructions", 100'000, 200'001, 0, Result::failed},
        {"exclusive_stores_failed", 100'000, 300'000, 0, Result::passed},
        {"exclusive_stores_failed", 100'000, 300'001, 0, Result::failed},
        // branches nobody can predict
        {"branch_misses", 100'000, 30'000, 0, Result::passed},
        {"branch_misses", 100'000, 29'999, 0, Result::failed},
        {"branch_misses", 100'000, 70'000, 0, Result::passed},
        {"branch_misses", 100'000, 70'001, 0, Result::failed},
        // lines that are nowhere
        {"dtlb_walks_load", 16'384, 8'192, 0, Result::passed},
        {"dtlb_walks_load", 16'384, 8'191, 0, Result::failed},
        {"llc_load_misses", 16'384, 8'191, 0, Result::failed},
        {"stalls_memory", 16'384, 8'191, 0, Result::failed},
        {"stalls_store_bound", 16'384, 50'000, 5'000, Result::passed},
        {"stalls_store_bound", 16'384, 50'000, 5'001, Result::failed},
        {"store_line_requests", 16'384, 16'384, 1'638, Result::passed},
        {"store_line_requests", 16'384, 16'384, 1'639, Result::failed},
        // the kernel's exact counts
        {"page_faults", 64, 64, 0, Result::passed},
        {"page_faults", 64, 63, 0, Result::failed},
        {"page_faults", 64, 65, 0, Result::failed},
        {"context_switches", 10, 10, 0, Result::passed},
        {"context_switches", 11, 10, 0, Result::failed},
        {"context_switches", 10, 11, 0, Result::failed},
    };
    for (const auto& [role, times, count, idle, expected] : cases) {
        const auto subject = subject_of(role);
        ASSERT_TRUE(subject && subject->stimulus) << role;
        const auto verdict =
            verdict_of(subject->bound, *subject->stimulus, times, control::counted(count), control::counted(idle));
        EXPECT_EQ(verdict.result, expected) << role << ' ' << count << ' ' << idle << ' ' << verdict.why;
        EXPECT_EQ(verdict.why.empty(), expected == Result::passed) << role;
    }
}

TEST(Verdict, BlamesOnlyWhatReallyRan) {
    const Bound bound{.least = 1};
    const auto of = [&](const Reading& reading, const Reading& idle) {
        return verdict_of(bound, StimulusName::chain, 10, reading, idle);
    };
    EXPECT_EQ(of(counted(3, Status::scaled), counted(0)).result, Result::failed);
    for (const Status status : {Status::undersampled, Status::never_scheduled, Status::read_failed, Status::group_full}) {
        const auto verdict = of(without_value(status), counted(0));
        EXPECT_EQ(verdict.result, Result::not_run);
        EXPECT_EQ(verdict.why, "because");
        EXPECT_EQ(of(counted(3), without_value(status)).result, Result::not_run);
    }
}

TEST(Verdict, NeedsTheThingToHaveHappened) {
    const auto verdict = verdict_of({.most = 1}, StimulusName::hand_over, 0, counted(0), counted(0));
    EXPECT_EQ(verdict.result, Result::not_run);
    EXPECT_EQ(verdict.why, "hand_over could not be made to happen here");
}

// Without any bound a count of nothing would pass.
TEST(Verdict, NeverPassesNothing) {
    EXPECT_EQ(verdict_of({}, StimulusName::chain, 10, counted(0), counted(0)).result, Result::failed);
    EXPECT_EQ(verdict_of({.idle_most = 0.1}, StimulusName::chain, 10, counted(0), counted(0)).result, Result::failed);
}

TEST(Verdict, SaysWhatWasExpected) {
    const Bound bound{.least = 0.25, .most = 0.5, .idle_most = 0.01};
    const auto why = [&](double value, double idle) {
        return verdict_of(bound, StimulusName::hand_over, 1'000, counted(value), counted(idle)).why;
    };
    EXPECT_EQ(why(12, 0), "it counted 12 while hand_over happened 1000 times: at least 250 are expected");
    EXPECT_EQ(why(501, 0), "it counted 501 while hand_over happened 1000 times: at most 500 are expected");
    EXPECT_EQ(why(400, 5),
              "it counted 400 while hand_over happened 1000 times: but 5 in the same stretch without it, where at most 4 are "
              "expected");
}

}  // namespace
}  // namespace latchmark::control
