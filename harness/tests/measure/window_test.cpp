// Windows on a scripted clock: deadlines, late workers, batches in lockstep.
#include "harness/measure/window.hpp"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace latchmark::measure {
namespace {

// A clock that only moves when work is done.
struct Script {
    std::uint64_t now_ns = 0;
    std::uint64_t operation_ns = 10;
    std::uint64_t operations = 0;

    auto clock() {
        return [this] { return now_ns; };
    }
    auto work() {
        return [this](std::uint64_t batch) {
            now_ns += batch * operation_ns;
            operations += batch;
        };
    }
};

TEST(FreeRunningWindow, EndsWithTheBatchThatPassesTheDeadline) {
    Script script{.now_ns = 1000};
    const auto window = free_running_window(10, 2000, script.work(), script.clock());
    EXPECT_EQ(window.begin_ns, 1000U);
    EXPECT_EQ(window.end_ns, 2000U);
    EXPECT_EQ(window.operations, 100U);
    EXPECT_EQ(script.operations, window.operations);
}

TEST(FreeRunningWindow, CountsTheOverrunInTimeAsWellAsInOperations) {
    Script script{.now_ns = 0};
    const auto window = free_running_window(30, 1000, script.work(), script.clock());
    EXPECT_EQ(window.end_ns, 1200U);
    EXPECT_EQ(window.operations, 120U);
    // Were the end read before the last batch, the time per operation would come out at 7.5 instead of 10.
    EXPECT_EQ((window.end_ns - window.begin_ns) / window.operations, 10U);
}

TEST(FreeRunningWindow, AWorkerThatComesAfterTheDeadlineDoesOneBatch) {
    Script script{.now_ns = 5000};
    const auto window = free_running_window(10, 2000, script.work(), script.clock());
    EXPECT_EQ(window.operations, 10U);
    EXPECT_EQ(window.begin_ns, 5000U);
    EXPECT_EQ(window.end_ns, 5100U);
}

TEST(LockstepWindow, AloneItEndsAtTheDeadline) {
    Script script{.now_ns = 0};
    BatchLedger ledger;
    ledger.reopen();
    const auto window = lockstep_window(10, 1000, ledger, script.work(), script.clock());
    EXPECT_EQ(window.operations, 100U);
}

TEST(LockstepWindow, AllPartnersTakeAsManyBatchesAsTheFirstToAskWasGranted) {
    BatchLedger ledger;
    ledger.reopen();
    Script fast{.now_ns = 0, .operation_ns = 10};
    Script late{.now_ns = 900, .operation_ns = 50};  // past the deadline after its first batch
    const auto first = lockstep_window(10, 1000, ledger, fast.work(), fast.clock());
    const auto second = lockstep_window(10, 1000, ledger, late.work(), late.clock());
    EXPECT_EQ(first.operations, 100U);
    EXPECT_EQ(second.operations, first.operations);
}

TEST(LockstepWindow, PartnersThatWaitForEachOtherEndTogether) {
    constexpr std::uint64_t kBatch = 7;
    for (int repetition = 0; repetition < 10; ++repetition) {
        BatchLedger ledger;
        ledger.reopen();
        std::atomic<std::uint64_t> turn{0};
        std::atomic<std::uint64_t> now_ns{0};
        std::vector<WorkerWindow> windows(2);
        // Each operation waits for the partner's: one batch more on one side would hang for ever.
        const auto run = [&](std::uint64_t me) {
            const auto work = [&](std::uint64_t batch) {
                for (std::uint64_t i = 0; i < batch; ++i) {
                    while (turn.load() % 2 != me) std::this_thread::yield();
                    now_ns.fetch_add(3);
                    turn.fetch_add(1);
                }
            };
            windows[me] = lockstep_window(kBatch, 500, ledger, work, [&] { return now_ns.load(); });
        };
        std::thread partner(run, 1);
        run(0);
        partner.join();
        EXPECT_EQ(windows[0].operations, windows[1].operations);
        EXPECT_EQ(turn.load(), windows[0].operations * 2);
    }
}

}  // namespace
}  // namespace latchmark::measure
