// Children: what they say, how they end, and that nothing of them is left.
#include "harness/runner/child.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace latchmark::runner {
namespace {

constexpr Limits kPatient{.time_ns = 60'000'000'000};

class Children : public ::testing::Test {
protected:
    ChildEnd shell(const std::string& script, const Limits& limits = kPatient, const std::string& request = "") {
        return run_child({"/bin/sh", "-c", script}, request, limits, interruption_);
    }

    // Neither children nor adopted orphans.
    void TearDown() override {
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
        EXPECT_EQ(errno, ECHILD);
    }

    Interruption interruption_;
};

// A killed process may take a moment, and is a zombie until whoever adopted it looks. A survivor makes the test hang.
void wait_until_gone(const std::string& pid) {
    while (true) {
        std::ifstream file("/proc/" + std::to_string(std::stol(pid)) + "/stat");
        std::string stat;
        if (!std::getline(file, stat)) return;
        if (stat.substr(stat.rfind(')') + 2, 1) == "Z") return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

TEST_F(Children, AreGivenTheRequestAndHeard) {
    const auto child =
        shell("read line; echo \"heard $line\" >&3; echo noise; echo first >&2; echo last >&2; exit 3", kPatient, "hello\n");
    EXPECT_EQ(child.end, End::exited);
    EXPECT_EQ(child.code, 3);
    EXPECT_EQ(child.answer, "heard hello\n");
    EXPECT_EQ(child.last_error_line, "last");
    EXPECT_GT(child.wall_ns, 0U);
}

TEST_F(Children, MayIgnoreALongRequest) { EXPECT_EQ(shell("exit 0", kPatient, std::string(1U << 20U, 'x')).code, 0); }

TEST_F(Children, MayAnswerMoreThanAPipeHolds) { EXPECT_EQ(shell("head -c 300000 /dev/zero >&3").answer.size(), 300'000U); }

TEST_F(Children, ThatAnswerWithoutEndAreStopped) {
    const auto child = shell("cat /dev/zero >&3", {.time_ns = kPatient.time_ns, .answer_bytes = 100'000});
    EXPECT_EQ(child.end, End::too_long);
}

TEST_F(Children, KilledBySignalSayWhich) {
    const auto child = shell("kill -SEGV $$");
    EXPECT_EQ(child.end, End::killed);
    EXPECT_EQ(child.code, SIGSEGV);
}

TEST_F(Children, AreKilledWithAllTheirsAtTheTimeLimit) {
    const auto child = shell("sleep 1000 & echo $! >&3; wait", {.time_ns = 2'000'000'000});
    EXPECT_EQ(child.end, End::timed_out);
    wait_until_gone(child.answer);
    EXPECT_NE(child.unfinished.find("sh sleeps"), std::string::npos) << child.unfinished;
    EXPECT_NE(child.unfinished.find("; sleep sleeps"), std::string::npos) << child.unfinished;
}

TEST_F(Children, AreToldOneByOneUpToEight) {
    const auto child = shell("for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; wait", {.time_ns = 2'000'000'000});
    EXPECT_EQ(child.end, End::timed_out);
    EXPECT_TRUE(child.unfinished.ends_with("; 2 more")) << child.unfinished;
}

TEST_F(Children, ThatSpinToTheTimeLimitAreToldFromThoseThatWait) {
    const auto child = shell("while :; do :; done", {.time_ns = 2'000'000'000});
    EXPECT_EQ(child.end, End::timed_out);
    EXPECT_NE(child.unfinished.find("sh runs, "), std::string::npos) << child.unfinished;
    EXPECT_EQ(child.unfinished.find(" 0 ms of CPU"), std::string::npos) << child.unfinished;
}

TEST_F(Children, ThatCloseTheirPipesAndHangAreKilledToo) {
    EXPECT_EQ(shell("exec sleep 1000 3>&- 2>&-", {.time_ns = 300'000'000}).end, End::timed_out);
}

TEST_F(Children, LeaveNoDescendantThatHoldsTheirPipe) {
    const auto child = shell("sleep 1000 & echo $! >&3; exit 0");
    EXPECT_EQ(child.end, End::exited);
    EXPECT_EQ(child.code, 0);
    wait_until_gone(child.answer);
}

TEST_F(Children, EndAtOnceWhenTheRunnerIsAskedToStop) {
    const auto child = shell("kill -TERM $PPID; sleep 1000");
    EXPECT_EQ(child.end, End::interrupted);
    EXPECT_TRUE(interruption_.has_arrived());
}

TEST(Interruptions, LeaveIgnoredSignalsIgnored) {
    std::signal(SIGHUP, SIG_IGN);
    {
        Interruption interruption;
        std::raise(SIGHUP);
        EXPECT_FALSE(interruption.has_arrived());
        std::raise(SIGTERM);
        EXPECT_TRUE(interruption.has_arrived());
    }
    std::signal(SIGHUP, SIG_DFL);
}

TEST_F(Children, ThatCannotBeStartedSayWhy) {
    const auto child = run_child({"/nowhere/bench", "launch"}, "", kPatient, interruption_);
    EXPECT_EQ(child.code, 127);
    EXPECT_EQ(child.last_error_line, "cannot start /nowhere/bench: No such file or directory");
}

TEST_F(Children, StartWithSignalsAsTheyWereBefore) {
    // Held back here, or SIGPIPE ignored here, would stay so in every launch. No shell in between: it would mend the mask.
    const auto child =
        run_child({"sed", "-n", R"(/Sig\(Blk\|Ign\)/w /dev/fd/3)", "/proc/self/status"}, "", kPatient, interruption_);
    EXPECT_EQ(child.answer, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(Children, InheritNoDescriptorButTheirOwn) {
    // Of the runner's own kinds only the request; ends of pipes that stay open would hide the end of another launch.
    EXPECT_EQ(shell("readlink /proc/$$/fd/* | grep -cE 'memfd|signalfd' >&3").answer, "1\n");
    EXPECT_EQ(shell("readlink /proc/$$/fd/2 /proc/$$/fd/3 | sort -u | wc -l >&3").answer, "2\n");
}

TEST_F(Children, DieWithTheRunner) {
    std::array<int, 2> ids{};
    ASSERT_EQ(pipe(ids.data()), 0);
    const pid_t runner = fork();
    if (runner == 0) {
        Interruption own;
        const std::string tell = "echo $$ >/proc/self/fd/" + std::to_string(ids[1]) + "; exec sleep 1000";
        static_cast<void>(run_child({"/bin/sh", "-c", tell}, "", kPatient, own));
        _exit(0);
    }
    std::array<char, 32> text{};
    ASSERT_GT(read(ids[0], text.data(), text.size() - 1), 0);
    close(ids[0]);
    close(ids[1]);
    kill(runner, SIGKILL);
    ASSERT_EQ(waitpid(runner, nullptr, 0), runner);
    wait_until_gone(text.data());
    // Where an earlier test has made this process adopt orphans.
    while (waitpid(-1, nullptr, 0) > 0) {
    }
}

}  // namespace
}  // namespace latchmark::runner
