// Extra operations: exact however they are cut, and a window of them is longer by exactly their share.
#include "harness/measure/extra_operations.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "harness/measure/window.hpp"

namespace latchmark::measure {
namespace {

TEST(ExtraOperations, AreTheirShareToHalfAnOperationAfterEveryBatch) {
    for (const double share : {0.001, 0.05, 0.2, 0.29, 1.0, 2.5, 10.0}) {
        for (const auto& batches : std::vector<std::vector<std::uint64_t>>{{1}, {7}, {8}, {1000}, {1, 1000, 3, 8}, {1U << 20U}}) {
            ExtraOperations extra(share);
            std::uint64_t reported = 0;
            std::uint64_t done = 0;
            for (std::size_t i = 0; i < 1000; ++i) {
                const std::uint64_t batch = batches[i % batches.size()];
                reported += batch;
                done += extra.with(batch);
                ASSERT_LE(std::abs(static_cast<double>(done) - share * static_cast<double>(reported)), 0.5 + 1e-6)
                    << share << " of " << reported;
                ASSERT_EQ(extra.done(), done);
            }
        }
    }
}

// Cut batch by batch it would be nothing.
TEST(ExtraOperations, OfBatchesThatAreTooSmallForOneComeInTurn) {
    ExtraOperations extra(0.25);
    std::vector<std::uint64_t> each;
    for (int i = 0; i < 8; ++i) each.push_back(extra.with(1));
    EXPECT_EQ(each, (std::vector<std::uint64_t>{0, 1, 0, 0, 0, 1, 0, 0}));
}

TEST(ExtraOperations, OfNoShareAreNone) {
    ExtraOperations extra(0);
    EXPECT_EQ(extra.with(1'000'000), 0U);
    EXPECT_EQ(extra.done(), 0U);
}

// A clock that moves by 10 ns an operation, reported or not.
TEST(ExtraOperations, LengthenAReportedOperationByTheirShare) {
    for (const std::uint64_t batch : {1U, 8U, 200U}) {
        ExtraOperations extra(0.2);
        std::uint64_t now_ns = 0;
        const auto work = [&](std::uint64_t reported) { now_ns += 10 * (reported + extra.with(reported)); };
        const auto clock = [&] { return now_ns; };
        const auto window = free_running_window(batch, 120'000, work, clock);
        EXPECT_EQ(window.operations, 10'000U) << batch;  // 12000 were done
        EXPECT_EQ(window.end_ns - window.begin_ns, 120'000U) << batch;
    }
}

}  // namespace
}  // namespace latchmark::measure
