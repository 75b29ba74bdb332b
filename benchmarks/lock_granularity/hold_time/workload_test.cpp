// Every lock keeps the count exact, with work of any length; a lock that does nothing is found out.
#include "benchmarks/lock_granularity/hold_time/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/locks/mcs_lock.hpp"
#include "benchmarks/primitives/locks/ticket_lock.hpp"
#include "benchmarks/primitives/locks/ttas_lock.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::lock_granularity {
namespace {

latchmark::Setting setting_of(std::size_t workers, double critical_ns, double outside_ns) {
    return {.workers = workers, .parameters = {{"critical_ns", critical_ns}, {"outside_ns", outside_ns}}};
}

template <typename Workload>
class HoldTimeTest : public testing::Test {};
using Workloads =
    testing::Types<HoldTime<NoLock>, HoldTime<std::mutex>, HoldTime<TtasLock>, HoldTime<TicketLock>, HoldTime<McsLock>>;
TYPED_TEST_SUITE(HoldTimeTest, Workloads);

TYPED_TEST(HoldTimeTest, CountsEveryCriticalSectionOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        for (const auto& [critical_ns, outside_ns] : {std::pair{0, 0}, std::pair{50, 20}}) {
            // Few: on two CPUs the next in a queue of four often is not running.
            const auto trial = latchmark::trial_of<TypeParam>(setting_of(workers, critical_ns, outside_ns), 200);
            EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
        }
    }
}

// What a lock that lets two workers in makes of their increments: one.
class LosesAnIncrement {
public:
    explicit LosesAnIncrement(const latchmark::Setting& setting) : hold_time_(setting) {}
    void run(std::size_t worker, std::uint64_t operations) { hold_time_.run(worker, worker == 0 ? operations : operations - 1); }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return hold_time_.verify(operations); }

private:
    HoldTime<std::mutex> hold_time_;
};

TEST(HoldTimeSabotage, ALostIncrementIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<LosesAnIncrement>(setting_of(1, 20, 20), 100).finds_all);
    EXPECT_FALSE(latchmark::trial_of<LosesAnIncrement>(setting_of(2, 20, 20), 100).finds_all);
}

}  // namespace
}  // namespace benchmarks::lock_granularity
