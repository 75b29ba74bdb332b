// Progress, on a terminal and elsewhere, with a scripted clock.
#include "harness/runner/progress.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace latchmark::runner {
namespace {

TEST(Progress, ElsewhereIsALineEveryTenth) {
    std::ostringstream out;
    double clock_s = 0;
    Progress progress(out, false, 100, [&] { return clock_s; });
    for (int i = 0; i < 100; ++i) {
        clock_s += 2;  // twice as slow as expected
        progress.advance(1, "round 1 of 1");
    }
    progress.finish();
    const auto text = out.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
    EXPECT_EQ(text.substr(0, text.find('\n')), "10 %, about 3 min left; round 1 of 1");
    EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(Progress, OnATerminalIsOneLineThatIsWipedInTheEnd) {
    std::ostringstream out;
    Progress progress(out, true, 10, [] { return 0.0; });
    progress.advance(5, std::string(200, 'x'));
    EXPECT_EQ(out.str().find('\n'), std::string::npos);
    EXPECT_LE(out.str().size(), 80U);
    progress.advance(1, "y");
    progress.finish();
    EXPECT_EQ(out.str().back(), '\r');
}

TEST(Progress, NeverExceedsTheWhole) {
    std::ostringstream out;
    Progress progress(out, false, 1, [] { return 1.0; });
    progress.advance(5, "late");
    EXPECT_EQ(out.str(), "100 %, about 0 s left; late\n");
}

// Calibrating has shown that three times as much is left as was thought.
TEST(Progress, GoesOnFromWhatIsReallyLeft) {
    std::ostringstream out;
    double clock_s = 0;
    Progress progress(out, false, 20, [&] { return clock_s; });
    clock_s = 10;
    progress.advance(10, "calibrating");
    progress.expect(30);
    clock_s = 20;
    progress.advance(10, "round 1 of 2");
    EXPECT_EQ(out.str(), "50 %, about 10 s left; calibrating\n");
    clock_s = 34;
    progress.advance(14, "round 2 of 2");
    EXPECT_EQ(out.str(), "50 %, about 10 s left; calibrating\n85 %, about 6 s left; round 2 of 2\n");
}

TEST(Durations, AreAsExactAsAGuess) {
    EXPECT_EQ(duration_text(41.6), "42 s");
    EXPECT_EQ(duration_text(200), "3 min");
    EXPECT_EQ(duration_text(9000), "2.5 h");
}

}  // namespace
}  // namespace latchmark::runner
