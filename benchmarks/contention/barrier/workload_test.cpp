// Every barrier holds all workers of a phase until the last has come; one that does not is found out.
#include "benchmarks/contention/barrier/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/barriers/dissemination_barrier.hpp"
#include "benchmarks/primitives/barriers/pthread_barrier.hpp"
#include "benchmarks/primitives/barriers/sense_reversing_barrier.hpp"
#include "benchmarks/primitives/barriers/std_barrier.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

template <typename Barrier>
class BarrierTest : public testing::Test {};
using Barriers = testing::Types<PthreadBarrier, StdBarrier, SenseReversingBarrier, DisseminationBarrier>;
TYPED_TEST_SUITE(BarrierTest, Barriers);

// Few: with more threads than CPUs a spinning barrier waits for slices of the scheduler in each of them.
constexpr std::uint64_t kPhases = 20;

TYPED_TEST(BarrierTest, KeepsOneToFourWorkersInStep) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<Phases<TypeParam>>({.workers = workers}, kPhases);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(BarrierTest, RecordsEachDepartureOfEachWorker) {
    std::array<latchmark::LatencyRecorder, 3> recorders{};
    const auto trial = latchmark::trial_of<Phases<TypeParam>>(
        {.workers = recorders.size()}, kPhases,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, recorders[worker]); });
    EXPECT_TRUE(trial.finds_all);
    for (const auto& recorder : recorders) {
        std::uint64_t recorded = 0;
        for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket)
            recorded += recorder.count_in(bucket);
        EXPECT_EQ(recorded, kPhases);
    }
}

// Lets everybody through at once.
struct OpenDoor {
    OpenDoor(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}
    void arrive_and_wait(std::size_t /*worker*/) {}
};

// The workers run one after the other, so that the first is sure to leave its phases before the second has come.
TEST(BarrierSabotage, AWorkerThatDoesNotWaitIsNoticed) {
    std::pmr::monotonic_buffer_resource memory;
    const latchmark::Setting setting{.workers = 2, .memory = &memory};
    Phases<OpenDoor> workload(setting);
    workload.run(0, kPhases);
    workload.run(1, kPhases);
    EXPECT_FALSE(workload.verify(2 * kPhases));
}

}  // namespace
}  // namespace benchmarks::contention
