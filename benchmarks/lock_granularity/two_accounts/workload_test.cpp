// Every locking conserves the money and makes every transfer, however few accounts there are; a lost payment is found out.
#include "benchmarks/lock_granularity/two_accounts/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::lock_granularity {
namespace {

latchmark::Setting setting_of(std::size_t workers, double accounts) {
    return {.workers = workers, .parameters = {{"accounts", accounts}}, .seed = 3};
}

template <typename Workload>
class TwoAccountsTest : public testing::Test {};
using Workloads = testing::Types<TwoAccounts<OneMutex>, TwoAccounts<Ordered>, TwoAccounts<ScopedLock>, TwoAccounts<TryBackoff>>;
TYPED_TEST_SUITE(TwoAccountsTest, Workloads);

// With two accounts every transfer meets every other, half of them the other way round: a circle of waiting or of retries would
// show as a test that never ends.
TYPED_TEST(TwoAccountsTest, MakesEveryTransferAndConservesTheMoneyOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        for (const double accounts : {2.0, 3.0, 256.0}) {
            const auto trial = latchmark::trial_of<TypeParam>(setting_of(workers, accounts), 2'000);
            EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
        }
    }
}

TYPED_TEST(TwoAccountsTest, NeedsTwoAccounts) {
    EXPECT_THROW((void)latchmark::trial_of<TypeParam>(setting_of(1, 1), 1), std::invalid_argument);
}

// The test above would deadlock without an order only if two workers happened to meet at the wrong moment.
TEST(OrderedTest, TheOrderIsTheSameWhicheverWayTheMoneyGoes) {
    std::array<Account, 2> accounts;
    auto& [lower, higher] = accounts;
    const std::pair expected(&lower, &higher);
    EXPECT_EQ(Ordered::in_order(lower, higher), expected);
    EXPECT_EQ(Ordered::in_order(higher, lower), expected);
}

TEST(TryBackoffTallies, CountsNoRetryWithoutARival) {
    std::array<std::uint64_t, 1> tallies{7};
    const auto trial = latchmark::trial_of<TwoAccounts<TryBackoff>>(
        setting_of(1, 2), 1'000, [&](auto& workload, std::size_t worker, std::uint64_t count) {
            workload.run(worker, count, std::span<std::uint64_t>(tallies));
        });
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(tallies[0], 7U);  // added to what was there
}

TEST(TryBackoffTallies, AMutexThatIsTakenIsARetryAndTheOtherIsGivenBackMeanwhile) {
    TryBackoff locking(setting_of(1, 2));
    std::array<Account, 2> accounts;
    bool is_done = false;
    unsigned retries = 0;
    accounts[1].mutex.lock();
    locking.with_both(
        0, accounts[0], accounts[1], [&] { is_done = true; },
        [&] {
            ASSERT_FALSE(is_done);
            std::thread([&] {  // another thread: who holds a mutex may not ask for it
                EXPECT_TRUE(accounts[0].mutex.try_lock());
                accounts[0].mutex.unlock();
            })
                .join();
            if (++retries == 3) accounts[1].mutex.unlock();
        });
    EXPECT_TRUE(is_done);
    EXPECT_EQ(retries, 3U);
}

static_assert(latchmark::CountsTallies<TwoAccounts<TryBackoff>> && !latchmark::CountsTallies<TwoAccounts<Ordered>>);

// What is lost when two transfers from one account overlap: the payment of one of them.
class LosesAPayment {
public:
    explicit LosesAPayment(const latchmark::Setting&) {}
    template <typename Transfer, typename OnRetry>
    void with_both(std::size_t, Account& from, Account&, Transfer transfer, OnRetry) {
        const std::int64_t seen = from.balance;
        transfer();
        if (++times_ == 1'000) from.balance = seen;
    }

private:
    unsigned times_ = 0;
};

TEST(TwoAccountsSabotage, ALostPaymentIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<TwoAccounts<LosesAPayment>>(setting_of(1, 16), 999).finds_all);
    EXPECT_FALSE(latchmark::trial_of<TwoAccounts<LosesAPayment>>(setting_of(1, 16), 1'000).finds_all);
}

}  // namespace
}  // namespace benchmarks::lock_granularity
