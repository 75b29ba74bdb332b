// Pins that hold, and reasons when they do not.
#include "harness/machine/pinning.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "harness/machine/topology.hpp"

namespace latchmark::machine {
namespace {

TEST(Pinning, PutsThreadsOnEveryAllowedCpu) {
    for (const Cpu& cpu : this_machine().cpus)
        std::thread([&] {
            EXPECT_EQ(pin_this_thread(cpu.os_id), std::nullopt);
            for (int turn = 0; turn < 3; ++turn, std::this_thread::yield())
                EXPECT_EQ(::sched_getcpu(), static_cast<int>(cpu.os_id));
        }).join();
}

TEST(Pinning, PutsAProcessThere) {
    const unsigned os_id = this_machine().cpus.back().os_id;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(pin_this_thread(os_id) == std::nullopt && ::sched_getcpu() == static_cast<int>(os_id) ? 0 : 1);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(Pinning, SaysWhyACpuCannotBeHad) {
    std::thread([] {
        for (const unsigned os_id : {60000U, 4000000000U}) {
            const auto reason = pin_this_thread(os_id);
            ASSERT_TRUE(reason.has_value());
            EXPECT_EQ(*reason, "cannot pin to CPU " + std::to_string(os_id) + ": sched_setaffinity: Invalid argument");
        }
    }).join();
}

class Page : public testing::Test {
protected:
    void SetUp() override {
        page_ = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ASSERT_NE(page_, MAP_FAILED);
    }
    void TearDown() override { ::munmap(page_, kBytes); }
    static bool is_without_numa(const std::string& reason) { return reason.find("no NUMA support") != std::string::npos; }

    static constexpr std::size_t kBytes = 1U << 20U;
    void* page_ = nullptr;
};

TEST_F(Page, IsOnTheNodeItWasBoundTo) {
    const unsigned node = this_machine().cpus.front().node;
    if (const auto reason = bind_memory(page_, kBytes, node)) {
        ASSERT_TRUE(is_without_numa(*reason)) << *reason;
        GTEST_SKIP() << *reason;
    }
    std::memset(page_, 1, kBytes);
    EXPECT_EQ(node_of(page_), OrUnavailable<int>(static_cast<int>(node)));
}

TEST_F(Page, IsNowhereBeforeItIsTouched) {
    const auto node = node_of(page_);
    ASSERT_TRUE(std::holds_alternative<Unavailable>(node));  // a 0 here would be a node
    const std::string reason = std::get<Unavailable>(node).why;
    if (is_without_numa(reason)) GTEST_SKIP() << reason;
    EXPECT_EQ(reason, "the page has not been touched and is on no node yet");
}

TEST_F(Page, CannotBeBoundToANodeThatDoesNotExist) {
    const auto reason = bind_memory(page_, kBytes, 60000);
    ASSERT_TRUE(reason.has_value());
    EXPECT_TRUE(is_without_numa(*reason) || reason->starts_with("cannot bind memory to node 60000: mbind: ")) << *reason;
}

TEST_F(Page, RangesNeedNotStartOnAPage) {
    const auto reason = bind_memory(static_cast<char*>(page_) + 100, 200, this_machine().cpus.front().node);
    EXPECT_TRUE(!reason || is_without_numa(*reason)) << *reason;
}

}  // namespace
}  // namespace latchmark::machine
