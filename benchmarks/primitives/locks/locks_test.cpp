// Every lock excludes: what is guarded is plain, so that an overlap loses counts and ThreadSanitizer sees a missing order.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/locks/ck_spinlocks.hpp"
#include "benchmarks/primitives/locks/clh_lock.hpp"
#include "benchmarks/primitives/locks/mcs_lock.hpp"
#include "benchmarks/primitives/locks/process_shared_mutex.hpp"
#include "benchmarks/primitives/locks/pthread_mutex.hpp"
#include "benchmarks/primitives/locks/pthread_spin_lock.hpp"
#include "benchmarks/primitives/locks/tas_lock.hpp"
#include "benchmarks/primitives/locks/tbb_mutexes.hpp"
#include "benchmarks/primitives/locks/ticket_lock.hpp"
#include "benchmarks/primitives/locks/timed_mutex.hpp"
#include "benchmarks/primitives/locks/ttas_backoff_lock.hpp"
#include "benchmarks/primitives/locks/ttas_lock.hpp"

namespace benchmarks {
namespace {

// Why a lock cannot be tried in this build; empty when it can.
template <typename Lock>
constexpr std::string_view kAbsent{};
template <>
constexpr std::string_view kAbsent<AbslMutex> = kAbslMutexAbsent;
template <>
constexpr std::string_view kAbsent<TbbSpinMutex> = kTbbMutexesAbsent;
template <>
constexpr std::string_view kAbsent<TbbQueuingMutex> = kTbbMutexesAbsent;
template <>
constexpr std::string_view kAbsent<CkFasSpinlock> = kCkSpinlocksAbsent;
template <>
constexpr std::string_view kAbsent<CkTicketSpinlock> = kCkSpinlocksAbsent;

template <typename Lock>
class LockTest : public testing::Test {
protected:
    void SetUp() override {
        if (!kAbsent<Lock>.empty()) GTEST_SKIP() << kAbsent<Lock>;
    }
};
using Locks =
    testing::Types<TasLock, TtasLock, TtasBackoffLock, TicketLock, McsLock, ClhLock, PthreadMutex<PthreadKind::adaptive>,
                   PthreadMutex<PthreadKind::error_checking>, PthreadMutex<PthreadKind::recursive>,
                   PthreadMutex<PthreadKind::priority_inheriting>, PthreadMutex<PthreadKind::robust>, ProcessSharedMutex,
                   PthreadSpinLock, TimedMutex, AbslMutex, TbbSpinMutex, TbbQueuingMutex, CkFasSpinlock, CkTicketSpinlock>;
TYPED_TEST_SUITE(LockTest, Locks);

// Increments of a plain integer by each thread, and what it holds in the end.
template <typename Lock>
std::uint64_t counted_under(Lock& lock, std::size_t threads, std::uint64_t each) {
    std::uint64_t count = 0;
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            for (std::uint64_t k = 0; k < each; ++k) {
                const std::lock_guard hold(lock);
                ++count;
            }
        });
    }
    for (auto& worker : workers) worker.join();
    return count;
}

TYPED_TEST(LockTest, LosesNoCountOfOneToFourThreads) {
    for (std::size_t threads = 1; threads <= 4; ++threads) {
        TypeParam lock;
        // Few where threads outnumber CPUs: a fair spin lock then takes a slice of the scheduler for each handover.
        const std::uint64_t each = threads <= 2 ? 5'000 : 30;
        EXPECT_EQ(counted_under(lock, threads, each), threads * each) << threads << " threads";
    }
}

// The way of a lock that is taken is another than that of a free one, and with short sections it is seldom gone.
TYPED_TEST(LockTest, AWaiterSeesWhatTheHolderWrote) {
    TypeParam lock;
    std::atomic<bool> asks{false};
    std::uint64_t written = 0;
    lock.lock();
    std::thread waiter([&] {
        asks.store(true);
        const std::lock_guard hold(lock);
        EXPECT_EQ(written, 1U);
    });
    while (!asks.load()) std::this_thread::yield();
    for (int i = 0; i < 100; ++i) std::this_thread::yield();  // now it very likely waits
    written = 1;
    lock.unlock();
    waiter.join();
}

TYPED_TEST(LockTest, IsFreeAgainForThreadsThatComeLater) {
    TypeParam lock;
    for (int round = 0; round < 3; ++round) EXPECT_EQ(counted_under(lock, 1, 10), 10U);  // each in a thread of its own
}

TYPED_TEST(LockTest, OneThreadHoldsSeveralAndGivesThemBackInAnyOrder) {
    TypeParam first;
    TypeParam second;
    for (int round = 0; round < 3; ++round) {
        first.lock();
        second.lock();
        first.unlock();  // before the one that was taken after it
        second.unlock();
    }
    EXPECT_EQ(counted_under(first, 1, 1) + counted_under(second, 1, 1), 2U);
}

template <typename Lock>
class QueueLockTest : public testing::Test {};
using QueueLocks = testing::Types<McsLock, ClhLock>;
TYPED_TEST_SUITE(QueueLockTest, QueueLocks);

TYPED_TEST(QueueLockTest, SaysWhenAThreadHoldsTooMany) {
    std::vector<TypeParam> locks(9);
    for (std::size_t i = 0; i + 1 < locks.size(); ++i) locks[i].lock();
    EXPECT_THROW(locks.back().lock(), std::system_error);
    for (std::size_t i = 0; i + 1 < locks.size(); ++i) locks[i].unlock();
    EXPECT_EQ(counted_under(locks.back(), 2, 100), 200U);
}

TYPED_TEST(QueueLockTest, SaysWhenAnotherThreadGivesItBack) {
    TypeParam lock;
    lock.lock();
    std::thread([&] { EXPECT_THROW(lock.unlock(), std::system_error); }).join();
    lock.unlock();
}

TEST(RelaxCost, IsMeasured) { EXPECT_GT(relax_ns(), 0); }

TEST(RelaxCost, OneBudgetIsAsManyHintsAsFit) {
    EXPECT_EQ(relaxes_in(140, 14), 10U);
    EXPECT_EQ(relaxes_in(140, 3.5), 40U);
    EXPECT_EQ(relaxes_in(10, 45), 1U);  // never none
}

}  // namespace
}  // namespace benchmarks
