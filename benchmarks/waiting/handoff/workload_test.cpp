// Every token comes back, between threads and between processes; a worker that goes on too early or never is found out.
#include "benchmarks/waiting/handoff/workload.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory_resource>
#include <stdexcept>
#include <unistd.h>

#include "benchmarks/primitives/processes/child.hpp"
#include "benchmarks/primitives/waits/atomic_wait_signal.hpp"
#include "benchmarks/primitives/waits/condvar_signal.hpp"
#include "benchmarks/primitives/waits/epoll_signal.hpp"
#include "benchmarks/primitives/waits/eventfd_signal.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "benchmarks/primitives/waits/pipe_signal.hpp"
#include "benchmarks/primitives/waits/posix_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/spin_then_park_signal.hpp"
#include "benchmarks/primitives/waits/std_semaphore_signal.hpp"
#include "benchmarks/primitives/waits/waitpkg.hpp"
#include "benchmarks/primitives/waits/watched_signal.hpp"
#include "benchmarks/primitives/waits/wfe.hpp"
#include "harness/measure/arena.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

// Few: on one CPU, or a busy machine, a spinning hand-over takes a slice of the scheduler.
constexpr std::uint64_t kRounds = 20;

template <typename S>
void expect_every_token_back_between_threads() {
    const auto trial =
        latchmark::trial_of<Handoff<S>>({.workers = 2}, kRounds, [](auto& workload, std::size_t worker, auto count) {
            for (int batch = 0; batch < 4; ++batch) workload.run(worker, count / 4);  // each goes on where the last one ended
        });
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

template <typename S>
void expect_every_token_back_between_processes() {
    constexpr auto kTeam = latchmark::Team::processes;
    latchmark::measure::Arena memory(1U << 20U, kTeam);
    const auto workload = latchmark::make_workload<Handoff<S>>({.workers = 2, .team = kTeam, .memory = &memory});
    ::alarm(30);  // kills the test where one process never hears of the other, and its child with it
    Child partner([&] { workload->run(1, kRounds); });
    workload->run(0, kRounds);
    EXPECT_EQ(partner.wait(), 0);
    ::alarm(0);
    EXPECT_TRUE(workload->verify(2 * kRounds));
}

template <typename S>
class HandoffTest : public testing::Test {};
using SharedSignals = testing::Types<SpinSignal, RelaxSignal, YieldSignal, SpinThenParkSignal, FutexSignal, CondvarSignal,
                                     PosixSemaphoreSignal, EventfdSignal, PipeSignal, EpollSignal>;
TYPED_TEST_SUITE(HandoffTest, SharedSignals);

TYPED_TEST(HandoffTest, EveryTokenComesBackBetweenThreads) { expect_every_token_back_between_threads<TypeParam>(); }
TYPED_TEST(HandoffTest, EveryTokenComesBackBetweenProcesses) { expect_every_token_back_between_processes<TypeParam>(); }

template <typename S>
class HandoffOfThreadsTest : public testing::Test {};
using PrivateSignals = testing::Types<StdSemaphoreSignal, AtomicWaitSignal<std::uint32_t>, AtomicWaitSignal<std::uint64_t>>;
TYPED_TEST_SUITE(HandoffOfThreadsTest, PrivateSignals);

TYPED_TEST(HandoffOfThreadsTest, EveryTokenComesBack) { expect_every_token_back_between_threads<TypeParam>(); }

TEST(HandoffByInstruction, UmwaitAndTpause) {
    if (const auto why = lacks_waitpkg()) GTEST_SKIP() << *why;
    expect_every_token_back_between_threads<WatchedSignal<umwait_between_looks>>();
    expect_every_token_back_between_processes<WatchedSignal<umwait_between_looks>>();
    expect_every_token_back_between_threads<WatchedSignal<tpause_between_looks>>();
    expect_every_token_back_between_processes<WatchedSignal<tpause_between_looks>>();
}

TEST(HandoffByInstruction, Wfe) {
    if (const auto why = lacks_wfe()) GTEST_SKIP() << *why;
    expect_every_token_back_between_threads<WatchedSignal<wfe_between_looks>>();
    expect_every_token_back_between_processes<WatchedSignal<wfe_between_looks>>();
}

TEST(Handoff, TakesTwoWorkers) {
    for (const std::size_t workers : {1U, 3U}) EXPECT_THROW(Handoff<SpinSignal>({.workers = workers}), std::invalid_argument);
}

// Lets everybody through at once, as a wake-up does that comes twice.
struct OpenDoor {
    explicit OpenDoor(const latchmark::Setting& /*setting*/) {}
    void wait(std::uint32_t /*number*/) {}
    void set(std::uint32_t /*number*/) {}
};

// The workers run one after the other, so that the first is sure to go on before the second has come. One round, or each would
// make up for the other's not looking.
TEST(HandoffSabotage, AWorkerThatDoesNotWaitIsNoticed) {
    for (const std::size_t first : {0U, 1U}) {
        std::pmr::monotonic_buffer_resource memory;
        Handoff<OpenDoor> workload(latchmark::Setting{.workers = 2, .memory = &memory});
        workload.run(first, 1);
        workload.run(1 - first, 1);
        EXPECT_FALSE(workload.verify(2)) << "worker " << first << " first";
    }
}

// Does not set number 7, and has a waiter give up in the end: in a launch its time limit would come.
class LosesOne : public PosixSemaphoreSignal {
public:
    using PosixSemaphoreSignal::PosixSemaphoreSignal;
    void wait(std::uint32_t number) {
        if (number >= 7) throw std::runtime_error("waited in vain");
        PosixSemaphoreSignal::wait(number);
    }
    void set(std::uint32_t number) {
        if (number < 7) PosixSemaphoreSignal::set(number);
    }
};

TEST(HandoffSabotage, ALostWakeUpIsNoticed) {
    const auto trial = latchmark::trial_of<Handoff<LosesOne>>(
        {.workers = 2}, kRounds,
        [](auto& workload, std::size_t worker, auto count) { EXPECT_THROW(workload.run(worker, count), std::runtime_error); });
    EXPECT_FALSE(trial.finds_all);
}

}  // namespace
}  // namespace benchmarks::waiting
