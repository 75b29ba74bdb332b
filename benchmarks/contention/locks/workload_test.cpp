// Every lock of the catalogue lets one worker in at a time; one that lets two in is found out.
#include "benchmarks/contention/locks/workload.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/primitives/locks/mcs_lock.hpp"
#include "benchmarks/primitives/locks/ticket_lock.hpp"
#include "benchmarks/primitives/locks/ttas_lock.hpp"
#include "benchmarks/primitives/no_lock.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

latchmark::Setting setting_of(std::size_t workers, double outside_ns) {
    return {.workers = workers, .parameters = {{"outside_ns", outside_ns}}};
}

template <typename Lock>
class LocksTest : public testing::Test {};
using SomeOfEachKind = testing::Types<std::mutex, TtasLock, TicketLock, McsLock>;
TYPED_TEST_SUITE(LocksTest, SomeOfEachKind);

TYPED_TEST(LocksTest, CountsEverySectionOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        // Few where workers outnumber CPUs: a fair spin lock then takes a slice of the scheduler for each handover.
        const std::uint64_t operations = workers <= 2 ? 2'000 : 20;
        const auto trial = latchmark::trial_of<Locks<TypeParam>>(setting_of(workers, 10), operations);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

// The variants as they are described: what a name in the report stands for is what was tried here.
TEST(LocksVariants, EachVerifiesWithOneToFourWorkers) {
    for (const auto& variant : locks().variants) {
        if (!variant.options.absent.empty()) continue;
        for (std::size_t workers = 1; workers <= 4; ++workers) {
            if (variant.options.most_workers != 0 && workers > variant.options.most_workers) continue;
            std::pmr::monotonic_buffer_resource memory;
            auto setting = setting_of(workers, 10);
            setting.memory = &memory;
            const auto workload = variant.make(setting);
            const std::uint64_t operations = workers <= 2 ? 500 : 10;
            std::vector<std::thread> threads;
            for (std::size_t worker = 0; worker < workers; ++worker)
                threads.emplace_back([&, worker] { workload->run(worker, operations); });
            for (auto& thread : threads) thread.join();
            EXPECT_TRUE(workload->verify(operations * workers)) << variant.name << ", " << workers << " workers";
        }
    }
}

TEST(LocksVariants, TasteIsMadeOfVariantsAndHoldsTheBaseline) {
    const auto experiment = locks();
    const auto is_variant = [&](const std::string& name) {
        return std::any_of(experiment.variants.begin(), experiment.variants.end(), [&](const auto& v) { return v.name == name; });
    };
    EXPECT_TRUE(std::all_of(experiment.taste.begin(), experiment.taste.end(), is_variant));
    EXPECT_NE(std::find(experiment.taste.begin(), experiment.taste.end(), experiment.baseline), experiment.taste.end());
}

TEST(LocksTallies, OneWorkerAloneHandsNothingOver) {
    std::array<std::uint64_t, 1> tallies{};
    (void)latchmark::trial_of<Locks<std::mutex>>(setting_of(1, 0), 100,
                                                 [&](auto& workload, std::size_t worker, std::uint64_t count) {
                                                     workload.run(worker, count, std::span<std::uint64_t>(tallies));
                                                 });
    EXPECT_EQ(tallies[0], 0U);
}

TEST(LocksTallies, AHandoverIsAnOperationAfterAnotherWorkers) {
    std::array<std::uint64_t, 1> tallies{};
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(2, 0);
    setting.memory = &memory;
    Locks<std::mutex> workload(setting);
    // 0 0 | 1 1 1 | 0
    workload.run(0, 2, std::span<std::uint64_t>(tallies));
    workload.run(1, 3, std::span<std::uint64_t>(tallies));
    workload.run(0, 1, std::span<std::uint64_t>(tallies));
    EXPECT_EQ(tallies[0], 2U);
    EXPECT_TRUE(workload.verify(6));
}

TEST(LocksLatency, RecordsOneWaitAnOperation) {
    latchmark::LatencyRecorder waits;
    const auto trial = latchmark::trial_of<Locks<std::mutex>>(
        setting_of(1, 0), 100,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, waits); });
    EXPECT_TRUE(trial.finds_all);
    std::uint64_t recorded = 0;
    for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) recorded += waits.count_in(bucket);
    EXPECT_EQ(recorded, 100U);
}

// Worker 1 enters while worker 0 is between the two writes of its section.
void let_both_in(Locks<NoLock>& workload) {
    const auto nothing = [] {};
    const auto second = [&] { workload.critical_section(1, nothing, 0); };
    workload.critical_section(0, second, 0);
}

TEST(LocksSabotage, ALockThatLetsASecondWorkerInIsNoticed) {
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(2, 0);
    setting.memory = &memory;
    Locks<NoLock> workload(setting);
    let_both_in(workload);
    EXPECT_FALSE(workload.verify(2));
}

TEST(LocksSabotage, AnOverlapIsRememberedWhenLaterSectionsMendTheWords) {
    std::pmr::monotonic_buffer_resource memory;
    auto setting = setting_of(2, 0);
    setting.memory = &memory;
    Locks<NoLock> workload(setting);
    let_both_in(workload);
    workload.run(0, 1);  // writes both words anew
    EXPECT_FALSE(workload.verify(3));
}

}  // namespace
}  // namespace benchmarks::contention
