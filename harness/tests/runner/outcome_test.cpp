// From the end of a process to a status with a reason.
#include "harness/runner/outcome.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace latchmark::runner {
namespace {

Outcome of(const std::string& answer, int code = 0) { return outcome_of({.end = End::exited, .code = code, .answer = answer}); }

TEST(Outcomes, AreOkOnlyWithAnAnswerAndAGoodEnd) {
    const std::string good = R"({"protocol":1,"status":"ok","why":null})";
    EXPECT_EQ(of(good).status, LaunchStatus::ok);
    EXPECT_EQ(answer_of(of(good))["status"], "ok");
    EXPECT_EQ(of(good, 1).status, LaunchStatus::crashed);
    EXPECT_EQ(outcome_of({.end = End::killed, .code = SIGSEGV, .answer = good}).status, LaunchStatus::crashed);
    EXPECT_EQ(of("").status, LaunchStatus::crashed);
    EXPECT_TRUE(answer_of(of("")).is_null());
}

TEST(Outcomes, NameTheSignalAndTheLastWords) {
    const auto outcome = outcome_of({.end = End::killed, .code = SIGSEGV, .last_error_line = "stack overflow"});
    EXPECT_EQ(outcome.why, "killed by signal 11 (SIGSEGV); it said: stack overflow");
}

TEST(Outcomes, KeepTheReasonOfTheLaunch) {
    const auto lost = of(R"({"protocol":1,"status":"verify_failed","why":"one is lost"})");
    EXPECT_EQ(lost.status, LaunchStatus::verify_failed);
    EXPECT_EQ(lost.why, "one is lost");
    EXPECT_EQ(of(R"({"protocol":1,"status":"failed"})").why, "it gave no reason");
}

TEST(Outcomes, OfGarbageAreFailuresWithAPrintableReason) {
    for (const char* text : {"\x1b[31mred", "[]", "1", "{}", R"({"protocol":1})", R"({"protocol":1,"status":7})",
                             R"({"protocol":1,"status":"fine"})", "\xff\xfe", R"({"protocol":1,"status":"ok")"}) {
        const auto outcome = of(text);
        EXPECT_EQ(outcome.status, LaunchStatus::failed) << text;
        EXPECT_EQ(outcome.why.find('\x1b'), std::string::npos);
        EXPECT_EQ(outcome.why.find('\xff'), std::string::npos);
    }
}

TEST(Outcomes, OfAnotherProtocolSayWhatToDo) {
    EXPECT_EQ(of(R"({"protocol":2,"status":"ok"})").why, "it speaks protocol 2, the runner 1: rebuild the older side");
}

TEST(Outcomes, NameNobodysFolders) {
    const auto outcome =
        outcome_of({.code = 127, .last_error_line = "/home/ann/bench: cannot open /home/ann/lib/libx.so, /proc/1"});
    EXPECT_EQ(outcome.why, "exited with 127; it said: bench: cannot open libx.so, /proc/1");
}

}  // namespace
}  // namespace latchmark::runner
