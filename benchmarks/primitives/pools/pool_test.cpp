// Every task of a pool is executed once and comes back once, however it is handed over; what is lost, doubled or wrong is
// noticed.
#include "benchmarks/primitives/pools/pool.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/primitives/pools/arena_tasks.hpp"
#include "benchmarks/primitives/pools/forked_team.hpp"
#include "benchmarks/primitives/pools/inline_tasks.hpp"
#include "benchmarks/primitives/pools/pipe_tasks.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/socket_tasks.hpp"
#include "benchmarks/primitives/pools/stealing_tasks.hpp"

namespace benchmarks {
namespace {

struct Mark {
    [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const { return mark_of(number); }
    [[nodiscard]] static std::uint64_t expected(std::uint64_t number) { return mark_of(number); }
};

constexpr std::uint64_t kOperations = 300;

// A submitter that is up to `ahead` tasks ahead, in batches of `batch`.
template <typename ThePool>
void work(ThePool& pool, std::size_t worker, std::uint64_t batch, std::uint64_t ahead) {
    for (std::uint64_t done = 0; done < kOperations; done += batch) {
        if (worker != 0) {
            pool.serve(worker - 1, batch);
            continue;
        }
        pool.begin_batch();
        for (std::uint64_t i = 0; i < batch; ++i) {
            while (pool.outstanding() < std::min<std::uint64_t>(ahead, pool.most_outstanding())) pool.submit(0);
            (void)pool.collect();
        }
        pool.end_batch(batch);
    }
}

template <typename Channel>
[[nodiscard]] bool is_verified_by_threads(std::size_t workers, std::uint64_t batch, std::uint64_t ahead) {
    std::pmr::monotonic_buffer_resource memory;
    Pool<Channel, Mark> pool({.workers = workers, .memory = &memory}, Mark{});
    std::vector<std::thread> threads;
    for (std::size_t worker = 0; worker < workers; ++worker)
        threads.emplace_back([&pool, worker, batch, ahead] { work(pool, worker, batch, ahead); });
    for (auto& thread : threads) thread.join();
    const std::uint64_t all = workers * kOperations;
    return pool.verify(all) && !pool.verify(all - 1) && !pool.verify(all + 1);
}

template <typename Channel>
[[nodiscard]] bool is_verified_by_processes(std::size_t workers, std::uint64_t batch, std::uint64_t ahead) {
    using ThePool = Pool<Channel, Mark>;
    SharedMemory memory;
    void* place = memory.resource()->allocate(sizeof(ThePool), alignof(ThePool));
    auto* pool =
        new (place) ThePool({.workers = workers, .team = latchmark::Team::processes, .memory = memory.resource()}, Mark{});
    const bool is_well = run_forked(workers, [&](std::size_t worker) { work(*pool, worker, batch, ahead); });
    const bool is_verified = pool->verify(workers * kOperations);
    pool->~ThePool();
    return is_well && is_verified;
}

template <typename Channel>
class PoolTest : public testing::Test {};
using Channels = testing::Types<MutexQueueTasks, RingTasks, PipeTasks, SocketTasks, StealingTasks, InlineTasks, ArenaTasks>;
TYPED_TEST_SUITE(PoolTest, Channels);

TYPED_TEST(PoolTest, OneToThreeExecutorsDoEveryTaskOnce) {
    for (std::size_t workers = 2; workers <= 4; ++workers)
        for (const std::uint64_t ahead : {1U, 2U, 20U})
            EXPECT_TRUE(is_verified_by_threads<TypeParam>(workers, 30, ahead)) << workers << " workers, " << ahead << " ahead";
}

TYPED_TEST(PoolTest, ExecutorsHaveSomethingToDoInBatchesOfOne) {
    EXPECT_TRUE(is_verified_by_threads<TypeParam>(3, 1, 1));
    EXPECT_TRUE(is_verified_by_threads<TypeParam>(3, 1, 6));
}

TYPED_TEST(PoolTest, TakesASubmitterAndAnExecutor) {
    EXPECT_THROW((Pool<TypeParam, Mark>({.workers = 1}, Mark{})), std::invalid_argument);
}

template <typename Channel>
class ProcessPoolTest : public testing::Test {};
using ProcessChannels = testing::Types<MutexQueueTasks, RingTasks, PipeTasks, SocketTasks>;
TYPED_TEST_SUITE(ProcessPoolTest, ProcessChannels);

TYPED_TEST(ProcessPoolTest, ProcessesDoEveryTaskOnce) {
    EXPECT_TRUE(is_verified_by_processes<TypeParam>(2, 30, 1));
    EXPECT_TRUE(is_verified_by_processes<TypeParam>(4, 30, 20));
    EXPECT_TRUE(is_verified_by_processes<TypeParam>(3, 1, 6));
}

TEST(ForkedTeams, OneThatThrowsIsToldAndDoesNotGoOnAsItsParent) {
    EXPECT_TRUE(run_forked(2, [](std::size_t /*worker*/) {}));
    EXPECT_FALSE(run_forked(2, [](std::size_t worker) {
        if (worker == 1) throw std::runtime_error("no");
    }));
}

template <typename Channel>
class WakeUpTest : public testing::Test {};
using SleepingChannels = testing::Types<MutexQueueTasks, RingTasks, StealingTasks, PipeTasks, SocketTasks>;
TYPED_TEST_SUITE(WakeUpTest, SleepingChannels);

// Detached, on an object of its own: one that is never woken fails the test instead of hanging it.
TYPED_TEST(WakeUpTest, WhoSleepsForATaskOrAResultIsWoken) {
    using namespace std::chrono_literals;
    const auto channel = std::make_shared<TypeParam>(latchmark::Setting{.workers = 3});
    for (std::uint64_t number = 0; number < 3; ++number) {
        auto taken = std::make_shared<std::promise<std::uint64_t>>();
        auto collected = std::make_shared<std::promise<std::uint64_t>>();
        std::thread([channel, taken] { taken->set_value(channel->take(0).number); }).detach();
        std::thread([channel, collected] { collected->set_value(channel->collect().number); }).detach();
        std::this_thread::sleep_for(20ms);  // both are asleep then, most probably: else they have nothing to be woken from
        auto task = taken->get_future();
        auto result = collected->get_future();
        channel->submit({.number = number});
        ASSERT_EQ(task.wait_for(10s), std::future_status::ready);
        EXPECT_EQ(task.get(), number);
        channel->finish(0, {.number = number});
        ASSERT_EQ(result.wait_for(10s), std::future_status::ready);
        EXPECT_EQ(result.get(), number);
    }
}

TEST(Shares, AddUpToTheOperationsOfEachBatch) {
    for (const std::size_t executors : {1U, 2U, 3U, 7U}) {
        std::vector<std::uint64_t> shares(executors);
        std::uint64_t from = 0;
        for (const std::uint64_t operations : {1U, 1U, 5U, 3U, 20U, 1U}) {
            for (std::size_t executor = 0; executor < executors; ++executor)
                shares[executor] += share_of(executor, executors, from, operations);
            from += operations;
            std::uint64_t sum = 0;
            for (const std::uint64_t share : shares) {
                sum += share;
                EXPECT_LE(share, from / executors + 1);
                EXPECT_GE(share, from / executors);
            }
            EXPECT_EQ(sum, from);
        }
    }
}

TEST(TicketRings, AFullRingTakesAnItemWhenOneHasLeft) {
    TicketRing<int> ring(2, latchmark::Setting{});
    int item = 0;
    EXPECT_FALSE(ring.try_pop(item));
    ring.push(1);
    ring.push(2);
    std::thread late([&ring] { ring.push(3); });
    EXPECT_EQ(ring.pop(), 1);
    late.join();
    EXPECT_TRUE(ring.try_pop(item));
    EXPECT_EQ(item, 2);
    EXPECT_EQ(ring.pop(), 3);
    EXPECT_FALSE(ring.try_pop(item));
}

TEST(MutexQueues, SaysThatItIsFull) {
    MutexQueue<int> queue(2, latchmark::Setting{});
    queue.push(1);
    queue.push(2);
    EXPECT_THROW(queue.push(3), std::length_error);
}

// Spoils what passes through, each in its own way, after as many tasks as show that the way was sound until then.
template <void (*kSpoilTask)(Task&), void (*kSpoilResult)(Done&)>
class Spoils : public MutexQueueTasks {
public:
    using MutexQueueTasks::MutexQueueTasks;
    [[nodiscard]] Task take(std::size_t executor) {
        Task task = MutexQueueTasks::take(executor);
        if (task.number == 7) kSpoilTask(task);
        return task;
    }
    void finish(std::size_t executor, Done done) {
        if (done.number == 7) kSpoilResult(done);
        MutexQueueTasks::finish(executor, done);
    }
};
void leave(Task&) {}
void leave(Done&) {}
void repeat(Task& task) { --task.number; }
void renumber(Done& done) { ++done.number; }
void flip(Done& done) { done.result ^= 1U << 5U; }

TEST(PoolSabotage, ATaskThatIsLostAndAnotherDoneTwiceAreNoticed) {
    EXPECT_TRUE((is_verified_by_threads<Spoils<leave, leave>>(2, 30, 1)));
    EXPECT_FALSE((is_verified_by_threads<Spoils<repeat, leave>>(2, 30, 1)));
    EXPECT_FALSE((is_verified_by_threads<Spoils<repeat, leave>>(3, 30, 20)));
}

TEST(PoolSabotage, AResultOfAnotherTaskIsNoticed) { EXPECT_FALSE((is_verified_by_threads<Spoils<leave, renumber>>(2, 30, 1))); }

TEST(PoolSabotage, AWrongResultIsNoticed) { EXPECT_FALSE((is_verified_by_threads<Spoils<leave, flip>>(2, 30, 1))); }

// One operation, whose result nobody waits for.
template <typename Channel>
[[nodiscard]] bool is_verified_uncollected() {
    Pool<Channel, Mark> pool({.workers = 2}, Mark{});
    pool.submit(0);
    pool.serve(0, 1);
    pool.end_batch(1);
    return pool.verify(2);
}

class DropsResults : public MutexQueueTasks {
public:
    using MutexQueueTasks::MutexQueueTasks;
    void finish(std::size_t /*executor*/, const Done& /*done*/) {}
};
class DoublesResults : public MutexQueueTasks {
public:
    using MutexQueueTasks::MutexQueueTasks;
    void finish(std::size_t executor, const Done& done) {
        MutexQueueTasks::finish(executor, done);
        MutexQueueTasks::finish(executor, done);
    }
};

// Executes everything twice and tells once.
class DoublesTasks : public MutexQueueTasks {
public:
    using MutexQueueTasks::MutexQueueTasks;
    void submit(const Task& task) {
        MutexQueueTasks::submit(task);
        MutexQueueTasks::submit(task);
    }
    void finish(std::size_t executor, const Done& done) {
        if (++finished_ % 2 == 1) MutexQueueTasks::finish(executor, done);
    }

private:
    int finished_ = 0;
};

TEST(PoolSabotage, ATaskThatIsExecutedTwiceAndToldOnceIsNoticed) {
    Pool<DoublesTasks, Mark> pool({.workers = 2}, Mark{});
    pool.submit(0);
    pool.serve(0, 2);
    pool.end_batch(1);
    EXPECT_FALSE(pool.verify(2));
}

TEST(PoolSabotage, ResultsThatAreStillOnTheirWayAreTakenInAndMissingOnesNoticed) {
    EXPECT_TRUE(is_verified_uncollected<MutexQueueTasks>());
    EXPECT_FALSE(is_verified_uncollected<DropsResults>());
    EXPECT_FALSE(is_verified_uncollected<DoublesResults>());
}

// A pool that executes when it is told to.
class OnDemand {
public:
    explicit OnDemand(const latchmark::Setting& /*setting*/) {}
    [[nodiscard]] std::size_t most_outstanding() const { return 8; }
    template <typename Execute>
    void submit(const Task& task, Execute execute) {
        waiting().push_back([task, execute] { return execute(0, task); });
    }
    void offer(std::size_t /*executor*/) {}
    void wait_until_idle() {}
    [[nodiscard]] Done collect() {
        if (done().empty()) execute_one();
        const Done first = done().front();
        done().pop_front();
        return first;
    }
    [[nodiscard]] bool try_collect(Done& found) {
        if (done().empty()) return false;
        found = collect();
        return true;
    }

    static void execute_one() {
        done().push_back(waiting().front()());
        waiting().pop_front();
    }

private:
    static std::deque<std::function<Done()>>& waiting() {
        static std::deque<std::function<Done()>> tasks;
        return tasks;
    }
    static std::deque<Done>& done() {
        static std::deque<Done> results;
        return results;
    }
};

TEST(PoolThatRunsByItself, WhatItDidBetweenTwoBatchesIsCollectedAsNobodysOperation) {
    Pool<OnDemand, Mark> pool({.workers = 2}, Mark{});
    pool.begin_batch();
    for (int i = 0; i < 4; ++i) pool.submit(0);
    (void)pool.collect();
    pool.end_batch(1);
    EXPECT_EQ(pool.outstanding(), 3U);
    OnDemand::execute_one();
    OnDemand::execute_one();
    pool.begin_batch();
    EXPECT_EQ(pool.outstanding(), 1U);
    (void)pool.collect();
    pool.end_batch(1);
    EXPECT_TRUE(pool.verify(4));
}

}  // namespace
}  // namespace benchmarks
