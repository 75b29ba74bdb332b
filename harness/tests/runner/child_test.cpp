// Children: what they say, how they end, and that nothing of them is left.
#include "harness/runner/child.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
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

bool is_alive(const std::string& pid) { return kill(static_cast<pid_t>(std::stol(pid)), 0) == 0; }

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
    EXPECT_FALSE(is_alive(child.answer));
}

TEST_F(Children, ThatCloseTheirPipesAndHangAreKilledToo) {
    EXPECT_EQ(shell("exec sleep 1000 3>&- 2>&-", {.time_ns = 300'000'000}).end, End::timed_out);
}

TEST_F(Children, LeaveNoDescendantThatHoldsTheirPipe) {
    const auto child = shell("sleep 1000 & echo $! >&3; exit 0");
    EXPECT_EQ(child.end, End::exited);
    EXPECT_EQ(child.code, 0);
    EXPECT_FALSE(is_alive(child.answer));
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
        run_child({"sed", "-n", "/Sig\\(Blk\\|Ign\\)/w /dev/fd/3", "/proc/self/status"}, "", kPatient, interruption_);
    EXPECT_EQ(child.answer, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(Children, InheritNoDescriptorButTheirOwn) {
    // Of the runner's own kinds only the request; ends of pipes that stay open would hide the end of another launch.
    EXPECT_EQ(shell("readlink /proc/$$/fd/* | grep -cE 'memfd|signalfd' >&3").answer, "1\n");
    EXPECT_EQ(shell("readlink /proc/$$/fd/2 /proc/$$/fd/3 | sort -u | wc -l >&3").answer, "2\n");
}

TEST_F(Children, DieWithTheRunner) {
    // Then the child comes to us when its runner is gone.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int ids[2];
    ASSERT_EQ(pipe(ids), 0);
    const pid_t runner = fork();
    if (runner == 0) {
        Interruption own;
        const std::string tell = "echo $$ >/proc/self/fd/" + std::to_string(ids[1]) + "; exec sleep 1000";
        static_cast<void>(run_child({"/bin/sh", "-c", tell}, "", kPatient, own));
        _exit(0);
    }
    char text[32] = {};
    ASSERT_GT(read(ids[0], text, sizeof text - 1), 0);
    close(ids[0]);
    close(ids[1]);
    kill(runner, SIGKILL);
    ASSERT_EQ(waitpid(runner, nullptr, 0), runner);
    int status = 0;
    ASSERT_EQ(waitpid(static_cast<pid_t>(std::atol(text)), &status, 0), std::atol(text));
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

}  // namespace
}  // namespace latchmark::runner
