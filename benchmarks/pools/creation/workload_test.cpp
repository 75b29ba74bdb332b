// Everything that is made has run and is gone; what did not run, and what ends otherwise than asked, is noticed.
#include "benchmarks/pools/creation/workload.hpp"

#include <gtest/gtest.h>
#include <type_traits>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

latchmark::Setting small_setting() { return {.parameters = {{"resident", 1 << 20}}}; }

template <typename Workload>
class CreationTest : public testing::Test {
protected:
    void SetUp() override {
        if (std::is_same_v<Workload, Creation<Clone>> && Clone::kAbsent[0] != '\0') GTEST_SKIP() << Clone::kAbsent;
        constexpr bool kExecutes = std::is_same_v<Workload, Creation<ForkExec>> || std::is_same_v<Workload, Creation<PosixSpawn>>;
        if (const auto why = lacks_smallest_program(); kExecutes && why) GTEST_SKIP() << *why;
    }
};
using Workloads = testing::Types<Creation<PosixThread>, Creation<StdAsync>, Creation<Fork>, Creation<Fork, Pages::huge>,
                                 Creation<Vfork>, Creation<Clone>, Creation<ForkExec>, Creation<PosixSpawn>>;
TYPED_TEST_SUITE(CreationTest, Workloads);

TYPED_TEST(CreationTest, MakesOneForEachOperationAndLeavesNone) {
    const auto trial = latchmark::trial_of<TypeParam>(small_setting(), 130);  // more than there are exit codes
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
    EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) << "a child is left";
}

TYPED_TEST(CreationTest, SaysWhatItCouldMeasureAndWhyNotTheRest) {
    TypeParam workload(small_setting());
    workload.run(0, 20);
    const auto values = workload.quantities();
    ASSERT_EQ(values.size(), TypeParam::kQuantities.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (const auto* missing = std::get_if<latchmark::Unavailable>(&values[i]))
            EXPECT_FALSE(missing->why.empty()) << TypeParam::kQuantities[i].name;
        else
            EXPECT_GE(std::get<double>(values[i]), 0) << TypeParam::kQuantities[i].name;
    }
    EXPECT_GT(std::get<double>(values[0]), 0) << "call_time";
}

// An emulator may say yes to any advice on memory, even to one that does not exist, and pass none on.
[[nodiscard]] bool is_advice_heard() { return ::madvise(nullptr, 0, -1) != 0; }

TEST(ResidentMemoryTest, IsHeldWhenItIsAskedFor) {
    const auto before = memory_of(::getpid());
    if (!std::holds_alternative<ProcessMemory>(before)) GTEST_SKIP() << std::get<latchmark::Unavailable>(before).why;
    constexpr std::size_t kBytes = 32U << 20U;
    const ResidentMemory resident(kBytes, Pages::small);
    const auto after = std::get<ProcessMemory>(memory_of(::getpid()));
    EXPECT_GE(after.rss_bytes - std::get<ProcessMemory>(before).rss_bytes, kBytes * 0.9);
    if (is_advice_heard()) {
        EXPECT_LE(after.huge_bytes, std::get<ProcessMemory>(before).huge_bytes);
    }
}

TEST(ResidentMemoryTest, LiesInHugePagesWhereTheKernelHasThem) {
    if (const auto why = lacks_huge_pages()) GTEST_SKIP() << *why;
    if (!is_advice_heard()) GTEST_SKIP() << "madvise() is not passed on to the kernel";
    constexpr std::size_t kBytes = 32U << 20U;
    const ResidentMemory resident(kBytes, Pages::huge);
    const auto memory = memory_of(::getpid());
    if (!std::holds_alternative<ProcessMemory>(memory)) GTEST_SKIP() << std::get<latchmark::Unavailable>(memory).why;
    if (std::get<ProcessMemory>(memory).huge_bytes == 0) GTEST_SKIP() << "the kernel had no huge page to give";
    EXPECT_GE(std::get<ProcessMemory>(memory).huge_bytes, kBytes / 2.0);
}

TEST(ResidentMemoryTest, FiguresAreFoundByTheirNames) {
    EXPECT_GT(number_in("/proc/meminfo", "MemTotal:").value_or(0), number_in("/proc/meminfo", "MemAvailable:").value_or(0));
    EXPECT_TRUE(number_in("/proc/self/stat").has_value());
    EXPECT_FALSE(number_in("/proc/self/comm").has_value()) << "a word is no number";
    EXPECT_FALSE(number_in("/proc/meminfo", "NoSuchName:").has_value());
    EXPECT_FALSE(number_in("/proc/there/is/none").has_value());
}

TEST(ResidentMemoryTest, NobodyHasAsMuchAsThis) { EXPECT_TRUE(lacks_memory_for(available_memory_bytes() * 2).has_value()); }

TEST(ProcessMemoryTest, SaysWhyItCannotBeRead) {
    const auto memory = memory_of(-1);
    ASSERT_TRUE(std::holds_alternative<latchmark::Unavailable>(memory));
}

// A maker whose seventh never ran.
struct Forgets {
    static constexpr bool kStamps = true;
    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        if (number != 7) return PosixThread::make(number, birth);
        return latchmark::now_ns();
    }
};

TEST(CreationSabotage, OneThatNeverRanIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Creation<Forgets>>(small_setting(), 20).finds_all);
}

TEST(CreationSabotage, AChildThatEndsOtherwiseIsNoticed) {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(3);
    EXPECT_THROW(reap(pid, 0), std::runtime_error);
    const pid_t killed = ::fork();
    if (killed == 0) {
        ::raise(SIGKILL);
        ::_exit(0);
    }
    EXPECT_THROW(reap(killed, 0), std::runtime_error);
}

}  // namespace
}  // namespace benchmarks::pools
