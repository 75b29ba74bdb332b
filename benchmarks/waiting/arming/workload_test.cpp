// The token comes back every time, with a timeout and without; one that is lost or doubled is noticed.
#include "benchmarks/waiting/arming/workload.hpp"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <variant>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::waiting {
namespace {

[[nodiscard]] latchmark::Setting setting_of(double timeout_ns) { return {.workers = 2, .parameters = {{"timeout", timeout_ns}}}; }

template <typename Workload>
class ArmingTest : public testing::Test {};
using Workloads =
    testing::Types<Arming<CondvarEvent, Timeout::none>, Arming<CondvarEvent, Timeout::armed>, Arming<FutexEvent, Timeout::none>,
                   Arming<FutexEvent, Timeout::armed>, Arming<PpollEvent, Timeout::none>, Arming<PpollEvent, Timeout::armed>>;
TYPED_TEST_SUITE(ArmingTest, Workloads);

TYPED_TEST(ArmingTest, TheTokenComesBackEveryTime) {
    const auto trial = latchmark::trial_of<TypeParam>(setting_of(1e9), 2'000);
    EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many);
}

TYPED_TEST(ArmingTest, TakesTwoWorkers) {
    auto setting = setting_of(1e9);
    for (const std::size_t workers : {1U, 3U}) {
        setting.workers = workers;
        EXPECT_THROW(TypeParam{setting}, std::invalid_argument);
    }
}

template <typename Event>
class ArmedEventTest : public testing::Test {};
using Events = testing::Types<CondvarEvent, FutexEvent, PpollEvent>;
TYPED_TEST_SUITE(ArmedEventTest, Events);

TYPED_TEST(ArmedEventTest, SaysThatTheTimeWasUpAndTakesAPostOnce) {
    TypeParam event;
    EXPECT_FALSE(event.template wait<Timeout::armed>(std::chrono::milliseconds(1)));
    event.post();
    EXPECT_TRUE(event.template wait<Timeout::armed>(std::chrono::seconds(10)));
    EXPECT_FALSE(event.template wait<Timeout::armed>(std::chrono::milliseconds(1)));
}

// Expires again and again before the token comes, and is begun again each time.
TYPED_TEST(ArmedEventTest, CountsWaitsThatExpired) {
    class SendsLate : public Arming<TypeParam, Timeout::armed> {
    public:
        using Arming<TypeParam, Timeout::armed>::Arming;
        void run(std::size_t worker, std::uint64_t operations) {
            if (worker == 1) has_other_begun_.store(true);
            while (!has_other_begun_.load()) std::this_thread::yield();
            if (worker == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            Arming<TypeParam, Timeout::armed>::run(worker, operations);
        }

    private:
        std::atomic<bool> has_other_begun_{false};
    };
    SendsLate workload(setting_of(1e6));
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(workload.quantities()[0]));
    std::thread other([&] { workload.run(1, 10); });
    workload.run(0, 10);
    other.join();
    EXPECT_TRUE(workload.verify(20));
    EXPECT_GT(std::get<double>(workload.quantities()[0]), 0);
}

using ArmedFutex = Arming<FutexEvent, Timeout::armed>;

// One too many is on its way, and put right in the end.
class SendsTwice : public ArmedFutex {
public:
    using Arming::Arming;
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 0) ++token_[0].value;
        ArmedFutex::run(worker, operations);
        if (worker == 0) --token_[0].value;
    }
};

// The last one comes back, and nobody waits for it.
class ForgetsTheLast : public ArmedFutex {
public:
    using Arming::Arming;
    void run(std::size_t worker, std::uint64_t operations) {
        ArmedFutex::run(worker, worker == 0 ? operations - 1 : operations);
        if (worker == 0) send_from(0);
    }
};

TEST(ArmingSabotage, ATokenThatWasDoubledIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<SendsTwice>(setting_of(1e9), 1).finds_all);
}

TEST(ArmingSabotage, ATokenThatNobodyWaitedForIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<ForgetsTheLast>(setting_of(1e9), 10).finds_all);
}

}  // namespace
}  // namespace benchmarks::waiting
