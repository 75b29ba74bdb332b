// Empty tasks in a closed loop and on a schedule: a stall shows in the latencies of an open loop, and what is not sustained is
// told.
#include "benchmarks/pools/dispatch/workload.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory_resource>
#include <thread>
#include <variant>
#include <vector>

#include "benchmarks/primitives/pools/arrivals.hpp"
#include "benchmarks/primitives/pools/inline_tasks.hpp"
#include "benchmarks/primitives/pools/pipe_tasks.hpp"
#include "benchmarks/primitives/pools/queue_tasks.hpp"
#include "benchmarks/primitives/pools/socket_tasks.hpp"
#include "benchmarks/primitives/pools/stealing_tasks.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::pools {
namespace {

[[nodiscard]] latchmark::Setting setting_of(std::size_t workers, double offered_load) {
    return {.workers = workers, .parameters = {{"offered_load", offered_load}}, .seed = 7};
}

[[nodiscard]] std::uint64_t recorded(const latchmark::LatencyRecorder& recorder) {
    std::uint64_t count = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) count += recorder.count_in(bucket);
    return count;
}

template <typename Channel>
class DispatchTest : public testing::Test {};
using Channels = testing::Types<MutexQueueTasks, RingTasks, PipeTasks, SocketTasks, StealingTasks, InlineTasks>;
TYPED_TEST_SUITE(DispatchTest, Channels);

TYPED_TEST(DispatchTest, DoesEveryTaskOfAClosedLoop) {
    for (std::size_t workers = 2; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<Dispatch<TypeParam>>(setting_of(workers, 0), 500);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

// Batches of one, until the rehearsal is over and some tasks have come on the schedule: at a load above 90 % so many that the
// pool is too far behind.
constexpr std::uint64_t kOffered = 50;
constexpr std::uint64_t kAtFirst = 8;  // with another recorder than those after them

template <typename Channel>
struct OpenLoop {
    explicit OpenLoop(std::size_t workers, double load = 50)
        : recorders(workers, &memory), workload([&] {
              auto setting = setting_of(workers, load);
              setting.memory = &memory;
              return setting;
          }()) {
        std::vector<std::thread> threads;
        for (std::size_t worker = 1; worker < workers; ++worker)
            threads.emplace_back([this, worker] {
                for (std::uint64_t batch = 0; !is_over || batch < batches; ++batch) {
                    while (!is_over && batch >= batches) std::this_thread::yield();
                    if (batch < batches) workload.run(worker, 1, recorders[worker]);
                }
            });
        const auto one_more = [&](latchmark::LatencyRecorder& recorder) {
            ++batches;
            workload.run(0, 1, recorder);
        };
        while (std::holds_alternative<latchmark::Unavailable>(workload.quantities()[0])) one_more(at_first);
        for (std::uint64_t i = 0; i < kOffered || (load > 90 && quantity(2) == 0); ++i)
            one_more(i < kAtFirst ? at_first : recorders[0]);
        is_over = true;
        for (auto& thread : threads) thread.join();
    }

    [[nodiscard]] double quantity(std::size_t index) const { return std::get<double>(workload.quantities()[index]); }

    std::pmr::monotonic_buffer_resource memory{};
    latchmark::LatencyRecorder at_first{};
    latchmark::Slots<latchmark::LatencyRecorder> recorders;
    Dispatch<Channel> workload;
    std::atomic<std::uint64_t> batches{0};
    std::atomic<bool> is_over{false};
};

TYPED_TEST(DispatchTest, DoesEveryTaskOfAnOpenLoop) {
    for (std::size_t workers = 2; workers <= 3; ++workers) {
        OpenLoop<TypeParam> loop(workers);
        EXPECT_TRUE(loop.workload.verify(workers * loop.batches)) << workers << " workers";
        EXPECT_FALSE(loop.workload.verify(workers * (loop.batches + 1)));
        EXPECT_GT(loop.quantity(0), 0);
        EXPECT_GE(loop.quantity(1), 0);
        EXPECT_EQ(loop.quantity(2), 0);
    }
}

TYPED_TEST(DispatchTest, RecordsOneLatencyATaskForTheSubmitterAlone) {
    std::array<latchmark::LatencyRecorder, 3> recorders{};
    const auto trial = latchmark::trial_of<Dispatch<TypeParam>>(
        setting_of(recorders.size(), 0), 200,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, recorders[worker]); });
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(recorded(recorders[0]), 200U);
    EXPECT_EQ(recorded(recorders[1]) + recorded(recorders[2]), 0U);
}

TEST(DispatchQuantities, AClosedLoopHasNoSchedule) {
    const Dispatch<MutexQueueTasks> closed(setting_of(2, 0));
    for (const auto& quantity : closed.quantities()) EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(quantity));
    EXPECT_EQ(closed.quantities().size(), Dispatch<MutexQueueTasks>::kQuantities.size());
}

// Fast until the schedule has begun, and then slower by far than any load of the rehearsal.
class SlowsDown : public MutexQueueTasks {
public:
    using MutexQueueTasks::MutexQueueTasks;
    [[nodiscard]] std::size_t most_outstanding() const { return 16; }
    void finish(std::size_t executor, const Done& done) {
        // A task of the rehearsal has no intended time.
        if (done.intended_ns != 0 && ++offered_ > kAtFirst) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        MutexQueueTasks::finish(executor, done);
    }

private:
    std::uint64_t offered_ = 0;
};

TEST(DispatchOpenLoop, ALoadThatIsNotSustainedIsToldAndHasNoLatencies) {
    OpenLoop<SlowsDown> loop(2, 95);
    EXPECT_GT(loop.quantity(2), 0);
    EXPECT_EQ(recorded(loop.recorders[0]), 0U);
    EXPECT_EQ(recorded(loop.at_first), 0U) << "told before, and not taken back";
    EXPECT_TRUE(loop.workload.verify(2 * loop.batches));
}

TEST(RehearsalOf, LeavesOutItsBeginningAndWhatWasStolen) {
    Rehearsal rehearsal;
    rehearsal.add(1, Rehearsal::kSettleNs);
    EXPECT_FALSE(rehearsal.is_over());
    for (const std::uint64_t took_ns : {9'000U, 12'000U, 10'000U, 11'000U}) rehearsal.add(10, took_ns);
    rehearsal.add(10, Rehearsal::kEndNs);
    EXPECT_TRUE(rehearsal.is_over());
    EXPECT_DOUBLE_EQ(rehearsal.time_per_operation_ns(), 1'100);
}

constexpr std::size_t kCycle = 4096;  // gaps that are drawn

TEST(ArrivalsOf, HaveTheMeanThatWasAskedForAndComeFromTheSeed) {
    Arrivals one(1, std::pmr::get_default_resource());
    Arrivals same(1, std::pmr::get_default_resource());
    Arrivals other(2, std::pmr::get_default_resource());
    for (Arrivals* arrivals : {&one, &same, &other}) arrivals->begin(1'000'000, 250);
    EXPECT_EQ(one.due_ns(), same.due_ns());
    EXPECT_NE(one.due_ns(), other.due_ns());
    const std::uint64_t first_ns = one.due_ns();
    std::size_t short_gaps = 0;
    for (std::size_t i = 0; i < kCycle; ++i) {
        const std::uint64_t before_ns = one.due_ns();
        one.advance();
        if (one.due_ns() - before_ns < 250) ++short_gaps;
    }
    EXPECT_NEAR(static_cast<double>(one.due_ns() - first_ns), 250.0 * kCycle, 2);
    EXPECT_NEAR(static_cast<double>(short_gaps) / kCycle, 0.632, 0.03);  // 1 - 1/e of exponential gaps are below their mean
}

TEST(ArrivalsOf, StandStillBetweenBatches) {
    Arrivals arrivals(1, std::pmr::get_default_resource());
    arrivals.begin(0, 1'000);
    const std::uint64_t due_ns = arrivals.due_ns();
    arrivals.pause(100);
    arrivals.resume(5'100);
    EXPECT_EQ(arrivals.due_ns(), due_ns + 5'000);
}

// One server in simulated time, which stalls once. Tasks are served in order, each after those before it.
class SimulatedServer {
public:
    static constexpr std::uint64_t kServiceNs = 1'000;
    static constexpr std::uint64_t kStallNs = 1'000'000;
    static constexpr std::uint64_t kStalledTask = 5'000;

    [[nodiscard]] std::uint64_t done_ns_of(std::uint64_t submitted_ns) {
        free_ns_ = std::max(free_ns_, submitted_ns) + kServiceNs + (tasks_++ == kStalledTask ? kStallNs : 0);
        return free_ns_;
    }

private:
    std::uint64_t free_ns_ = 0;
    std::uint64_t tasks_ = 0;
};

[[nodiscard]] std::uint64_t p99_of(std::vector<std::uint64_t> latencies) {
    std::sort(latencies.begin(), latencies.end());
    return latencies[latencies.size() * 99 / 100];
}

constexpr std::uint64_t kSimulatedTasks = 10'000;

// Trap 39: whoever waits for the stalled task hands over none meanwhile, and sees one slow task of ten thousand.
TEST(SimulatedTime, AStallShowsInTheTailOfAnOpenLoopAndNotOfAClosedOne) {
    SimulatedServer waited_for;
    std::vector<std::uint64_t> closed;
    for (std::uint64_t now_ns = 0; closed.size() < kSimulatedTasks;) {
        const std::uint64_t done_ns = waited_for.done_ns_of(now_ns);
        closed.push_back(done_ns - now_ns);
        now_ns = done_ns;
    }
    EXPECT_EQ(p99_of(closed), SimulatedServer::kServiceNs);

    SimulatedServer on_schedule;
    std::vector<std::uint64_t> open;
    std::uint64_t now_ns = 0;
    Arrivals arrivals(7, std::pmr::get_default_resource());
    arrivals.begin(now_ns, 2 * SimulatedServer::kServiceNs);
    // A generator that is stopped by the stall too, as one that shares a CPU or a lock with the server is.
    offer(
        arrivals, kSimulatedTasks, [&now_ns] { return now_ns += 10; },
        [&](std::uint64_t due_ns, std::uint64_t late_ns) {
            EXPECT_EQ(now_ns, due_ns + late_ns);
            const std::uint64_t done_ns = on_schedule.done_ns_of(now_ns);
            open.push_back(done_ns - due_ns);
            if (open.size() == SimulatedServer::kStalledTask + 1) now_ns = done_ns;
        });
    EXPECT_GT(p99_of(open), SimulatedServer::kStallNs / 2);
}

}  // namespace
}  // namespace benchmarks::pools
