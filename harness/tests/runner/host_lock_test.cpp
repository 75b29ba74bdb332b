// The host lock: one holder, named to the others, gone with it.
#include "harness/runner/host_lock.hpp"

#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {
namespace {

std::string own_name() { return "latchmark-test-" + std::to_string(getpid()); }

TEST(HostLock, IsHeldOnceAndSaysByWhom) {
    const HostLock held(own_name());
    // More askers than the kernel keeps waiting: the last of them go without the process id, but are refused all the same.
    for (int i = 0; i < 100; ++i) {
        try {
            const HostLock second(own_name());
            FAIL() << "taken twice";
        } catch (const InfrastructureError& problem) {
            const std::string holder = i == 0 ? "(pid " + std::to_string(getpid()) + ")" : "";
            EXPECT_NE(std::string(problem.what()).find("another latchmark is measuring on this host"), std::string::npos);
            EXPECT_NE(std::string(problem.what()).find(holder), std::string::npos);
        }
    }
}

TEST(HostLock, IsFreeAgainAfterwards) {
    { const HostLock first(own_name()); }
    EXPECT_NO_THROW(HostLock second(own_name()));
}

TEST(HostLock, VanishesWithAKilledHolder) {
    const std::string name = own_name();
    std::array<int, 2> ready{};
    ASSERT_EQ(pipe(ready.data()), 0);
    const pid_t holder = fork();
    if (holder == 0) {
        const HostLock lock(name);
        if (write(ready[1], "x", 1) == 1)
            while (true) pause();
        _exit(1);
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_THROW(HostLock{name}, InfrastructureError);
    kill(holder, SIGKILL);
    ASSERT_EQ(waitpid(holder, nullptr, 0), holder);
    EXPECT_NO_THROW(HostLock{name});
    close(ready[0]);
    close(ready[1]);
}

}  // namespace
}  // namespace latchmark::runner
