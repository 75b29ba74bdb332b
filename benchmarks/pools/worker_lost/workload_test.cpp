// A task whose executor is killed is done again, once, and told as possibly done twice; a pool that gets that wrong is noticed.
#include "benchmarks/pools/worker_lost/workload.hpp"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benchmarks/primitives/processes/child.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

constexpr std::uint64_t kLosses = 20;

template <typename Pool>
class WorkerLostTest : public testing::Test {};
using Pools =
    testing::Types<WorkerLost<Replacement::forked, Detection::pidfd>, WorkerLost<Replacement::spare, Detection::pidfd>,
                   WorkerLost<Replacement::forked, Detection::polling>, WorkerLost<Replacement::spare, Detection::polling>>;
TYPED_TEST_SUITE(WorkerLostTest, Pools);

TYPED_TEST(WorkerLostTest, EveryTaskIsFinishedOnceAndEveryLostOneToldAsBegunTwice) {
    const auto trial = latchmark::trial_of<TypeParam>({}, kLosses, [](auto& pool, std::size_t worker, std::uint64_t losses) {
        pool.run(worker, losses);
        const auto quantities = pool.quantities();
        EXPECT_GT(std::get<double>(quantities[0]), 0);
        EXPECT_GT(std::get<double>(quantities[1]), std::get<double>(quantities[0]));
        EXPECT_EQ(std::get<double>(quantities[2]), 1);
    });
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TYPED_TEST(WorkerLostTest, RecordsOneLatencyALoss) {
    latchmark::LatencyRecorder recorder;
    const auto trial = latchmark::trial_of<TypeParam>(
        {}, kLosses, [&](auto& pool, std::size_t worker, std::uint64_t losses) { pool.run(worker, losses, recorder); });
    EXPECT_TRUE(trial.finds_all);
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += recorder.count_in(bucket);
    EXPECT_EQ(recorded, kLosses);
}

TYPED_TEST(WorkerLostTest, LeavesNoChildBehind) {
    EXPECT_TRUE(latchmark::trial_of<TypeParam>({}, 2).finds_all);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

// Children of a pool that is killed itself come to whoever adopts them, dead: the kernel kills them, whatever they do.
TYPED_TEST(WorkerLostTest, LeavesNoChildBehindWhenItIsKilled) {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) GTEST_SKIP() << "orphans cannot be adopted here: " << std::strerror(errno);
    {
        const Child pool([] {
            TypeParam doomed(latchmark::Setting{});
            for (;;) doomed.run(0, 1);
        });
        constexpr useconds_t kSomeLossesUs = 30'000;
        ::usleep(kSomeLossesUs);
    }
    // Asked for a while, not waited for: children that live on would otherwise hang the test.
    constexpr int kMostAttempts = 5'000;
    int status = 0;
    pid_t adopted = 0;
    for (int attempt = 0; attempt < kMostAttempts && (adopted = ::waitpid(-1, &status, WNOHANG)) >= 0; ++attempt) {
        if (adopted == 0) ::usleep(1'000);
    }
    EXPECT_EQ(adopted, -1) << "a child lives on";
    ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

TEST(WorkerLostQuantities, ThereAreNoneWithoutALoss) {
    const WorkerLost<Replacement::forked, Detection::pidfd> pool(latchmark::Setting{});
    for (const auto& quantity : pool.quantities()) EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(quantity));
}

TEST(WorkerLostPool, TakesOneWorker) {
    WorkerLost<Replacement::forked, Detection::pidfd> pool(latchmark::Setting{});
    EXPECT_THROW(pool.run(1, 1), std::invalid_argument);
}

// Executors that go wrong with every task that they finish.
using DoTask = void(Desks&, Desk&, const Descriptor&);

void do_twice(Desks& desks, Desk& desk, const Descriptor& news) {
    if (!desk.is_fatal) {
        const Descriptor nobody(checked(::eventfd(0, EFD_CLOEXEC), "eventfd"));
        do_task(desks, desk, nobody);
    }
    do_task(desks, desk, news);
}

void do_nothing(Desks& desks, Desk& desk, const Descriptor& news) {
    if (desk.is_fatal) return do_task(desks, desk, news);
    desk.result = mark_of(desk.number);
    desk.state.store(kDeskDone);
    tell(news);
}

void do_half(Desks& desks, Desk& desk, const Descriptor& news) {
    if (!desk.is_fatal) desks.begun.fetch_add(1);
    do_nothing(desks, desk, news);
}

void do_wrong(Desks& desks, Desk& desk, const Descriptor& news) {
    if (!desk.is_fatal) ++desk.number;
    do_task(desks, desk, news);
    --desk.number;
}

// Begins without saying so: the pool takes the task for one that nobody has touched.
void begin_in_secret(Desks& desks, Desk& desk, const Descriptor& news) {
    if (!desk.is_fatal) desks.begun.fetch_add(1);
    do_task(desks, desk, news);
}

// Takes long to its middle. Killed on the way there, it would not have counted its beginning.
void stop_late(Desks& desks, Desk& desk, const Descriptor& news) {
    if (desk.is_fatal) {
        desk.state.store(kDeskBegun);
        ::usleep(5'000);
    }
    do_task(desks, desk, news);
}

template <DoTask kDoTask>
[[nodiscard]] bool is_verified() {
    return latchmark::trial_of<WorkerLost<Replacement::forked, Detection::pidfd, kDoTask>>({}, 3).finds_all;
}

TEST(WorkerLostPool, KillsAnExecutorInTheMiddleOfItsTaskAndNotBefore) { EXPECT_TRUE(is_verified<stop_late>()); }

TEST(WorkerLostSabotage, DoubledLostWrongAndUntoldTasksAreNoticed) {
    EXPECT_TRUE(is_verified<do_task>());
    EXPECT_FALSE(is_verified<do_twice>());
    EXPECT_FALSE(is_verified<do_nothing>());
    EXPECT_FALSE(is_verified<do_half>());
    EXPECT_FALSE(is_verified<do_wrong>());
    EXPECT_FALSE(is_verified<begin_in_secret>());
}

void give_up(Desks& /*desks*/, Desk& /*desk*/, const Descriptor& /*news*/) { ::_exit(1); }

TEST(WorkerLostSabotage, AnExecutorThatEndsByItselfIsAnError) {
    WorkerLost<Replacement::forked, Detection::pidfd, give_up> told(latchmark::Setting{});
    EXPECT_THROW(told.run(0, 1), std::runtime_error);
    WorkerLost<Replacement::forked, Detection::polling, give_up> asking(latchmark::Setting{});
    EXPECT_THROW(asking.run(0, 1), std::runtime_error);
}

}  // namespace
}  // namespace benchmarks::pools
