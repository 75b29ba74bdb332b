// Every task is worked through once, whichever pool does it; work that is left out is noticed.
#include "benchmarks/pools/task_size/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/pools/arena_tasks.hpp"
#include "benchmarks/primitives/pools/forked_team.hpp"
#include "benchmarks/primitives/pools/inline_tasks.hpp"
#include "benchmarks/primitives/pools/pipe_tasks.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/socket_tasks.hpp"
#include "benchmarks/primitives/pools/stealing_tasks.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

constexpr std::uint64_t kOperations = 120;

[[nodiscard]] latchmark::Setting setting_of(std::size_t workers) {
    return {.workers = workers, .parameters = {{"task", 1'000}}, .chain_step_ns = 10};
}

void run_in_batches(latchmark::AnyWorkload& workload, std::size_t worker, std::uint64_t batch) {
    for (std::uint64_t done = 0; done < kOperations; done += batch) workload.run(worker, batch);
}

template <typename Channel>
class TaskSizeTest : public testing::Test {};
using Channels = testing::Types<MutexQueueTasks, RingTasks, PipeTasks, SocketTasks, StealingTasks, InlineTasks, ArenaTasks>;
TYPED_TEST_SUITE(TaskSizeTest, Channels);

TYPED_TEST(TaskSizeTest, OneToThreeExecutorsWorkThroughEveryTask) {
    for (std::size_t workers = 2; workers <= 4; ++workers) {
        for (const std::uint64_t batch : {1U, 10U}) {
            const auto trial = latchmark::trial_of<TaskSize<TypeParam>>(
                setting_of(workers), kOperations, [batch](auto& workload, std::size_t worker, std::uint64_t /*operations*/) {
                    run_in_batches(workload, worker, batch);
                });
            EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many)
                << workers << " workers, batches of " << batch;
        }
    }
}

TEST(TaskSizeProcesses, WorkThroughEveryTask) {
    SharedMemory memory;
    auto setting = setting_of(3);
    setting.team = latchmark::Team::processes;
    setting.memory = memory.resource();
    const auto workload = latchmark::make_workload<TaskSize<RingTasks>>(setting);
    EXPECT_TRUE(run_forked(3, [&](std::size_t worker) { run_in_batches(*workload, worker, 10); }));
    EXPECT_TRUE(workload->verify(3 * kOperations));
}

TEST(ChainTasks, HaveAResultThatFollowsFromTheirNumberAndTheirLength) {
    const ChainTask task(100);
    EXPECT_EQ(task(3), task.expected(3));
    EXPECT_NE(task(3), task.expected(4));
    EXPECT_NE(ChainTask(99)(3), task.expected(3));
}

// Every task but the first ones stops halfway.
class HalfDone {
public:
    explicit HalfDone(std::uint64_t steps) : whole_(steps), half_(steps / 2) {}
    [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const { return number < 7 ? whole_(number) : half_(number); }
    [[nodiscard]] std::uint64_t expected(std::uint64_t number) const { return whole_.expected(number); }

private:
    ChainTask whole_;
    ChainTask half_;
};

TEST(TaskSizeSabotage, WorkThatIsLeftOutIsNoticed) {
    for (const std::uint64_t operations : {7U, 8U}) {
        Pool<MutexQueueTasks, HalfDone> pool({.workers = 2}, HalfDone(100));
        for (std::uint64_t i = 0; i < operations; ++i) pool.submit(0);
        pool.serve(0, operations);
        for (std::uint64_t i = 0; i < operations; ++i) (void)pool.collect();
        pool.end_batch(operations);
        EXPECT_EQ(pool.verify(2 * operations), operations == 7);
    }
}

}  // namespace
}  // namespace benchmarks::pools
