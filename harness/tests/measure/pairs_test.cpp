// Pairs are visited in order, on pages that are all held at once, and their pages are added up.
#include "harness/measure/pairs.hpp"

#include <atomic>
#include <cstdint>
#include <gtest/gtest.h>
#include <sched.h>
#include <set>
#include <unistd.h>

#include "harness/machine/topology.hpp"
#include "harness/measure/parked_thread.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::measure {
namespace {

// Where the number of each workload lay.
std::vector<std::atomic<std::uint64_t>*> numbers_seen;

class PingPong {
public:
    explicit PingPong(const Setting& setting) : number_(1, setting.memory) { numbers_seen.push_back(&number_[0]); }
    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            // yields: this machine may have one CPU
            while (number_[0].load(std::memory_order_acquire) % 2 != worker) ::sched_yield();
            number_[0].fetch_add(1, std::memory_order_release);
        }
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return number_[0].load(std::memory_order_relaxed) == operations; }

private:
    Slots<std::atomic<std::uint64_t>> number_;
};

PairsPlan there_and_back(unsigned pages) {
    const auto cpus = machine::this_machine().cpus;
    const unsigned first = cpus.front().os_id;
    const unsigned last = cpus.back().os_id;
    return {
        .team =
            {.cpus = {first, last}, .windows = 1, .window_ns = 1'000'000, .warm_up_ns = 100'000, .batch = 10, .lockstep = true},
        .pairs = {{first, last}, {last, first}},
        .pages = pages};
}

TEST(MeasurePairs, VisitsEachPairInOrderOnSoManyPages) {
    const ParkedThread parked;
    const auto plan = there_and_back(3);
    const auto pairs = measure_pairs(variant<PingPong>("tested", ""), plan, {.workers = 2});
    ASSERT_EQ(pairs.size(), 2U);
    for (std::size_t pair = 0; pair < 2; ++pair) {
        ASSERT_EQ(pairs[pair].size(), 3U);
        for (const auto& page : pairs[pair]) {
            EXPECT_TRUE(page.is_verified);
            ASSERT_EQ(page.team.windows.size(), 1U);
            EXPECT_EQ(page.team.windows[0][0].cpu_begin, plan.pairs[pair].first);
            EXPECT_EQ(page.team.windows[0][1].cpu_begin, plan.pairs[pair].second);
        }
    }
}

TEST(MeasurePairs, TheMachineWithSeveralNodesIsAskedForTheNodeOfEachPair) {
    const ParkedThread parked;
    auto plan = there_and_back(1);
    plan.has_nodes = true;
    // Every machine has the node of the CPU it runs on: a caution would say that the page lies elsewhere, or cannot be asked
    // about.
    for (const auto& pair : measure_pairs(variant<PingPong>("tested", ""), plan, {.workers = 2})) {
        for (const auto& caution : pair.front().cautions) EXPECT_EQ(caution.find("instead of"), std::string::npos) << caution;
    }
}

TEST(MeasureOnPages, HoldsEveryPageUntilTheLastIsDone) {
    const ParkedThread parked;
    numbers_seen.clear();
    const auto measured =
        measure_on_pages(variant<PingPong>("tested", ""), there_and_back(1).team, {.workers = 2}, std::nullopt, 8);
    ASSERT_EQ(measured.size(), 8U);
    const auto page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    std::set<std::uintptr_t> pages;
    std::set<std::uintptr_t> offsets;
    // Eight different addresses of one mapping are eight physical pages; of mappings that come and go they may be one.
    for (const auto* number : numbers_seen) {
        pages.insert(reinterpret_cast<std::uintptr_t>(number) / page_bytes);
        offsets.insert(reinterpret_cast<std::uintptr_t>(number) % page_bytes);
    }
    EXPECT_EQ(pages.size(), 8U);
    EXPECT_EQ(offsets.size(), 1U);  // the pages differ in nothing else
}

Measurement page(std::uint64_t begin_ns, std::uint64_t second_begin_ns, std::uint64_t end_ns, std::uint64_t operations) {
    Measurement measurement;
    measurement.team.windows = {
        {{.begin_ns = begin_ns, .end_ns = end_ns, .operations = operations, .deadline_ns = begin_ns + 500},
         {.begin_ns = second_begin_ns, .end_ns = end_ns, .operations = operations, .deadline_ns = begin_ns + 500}}};
    return measurement;
}

TEST(AddedUp, IsOneWindowOfAllPages) {
    const auto pair = added_up({page(0, 0, 1000, 10), page(5000, 5500, 6000, 30)});
    ASSERT_EQ(pair.workers.size(), 2U);
    EXPECT_EQ(pair.workers[0].operations, 40U);
    EXPECT_EQ(pair.workers[0].end_ns - pair.workers[0].begin_ns, 2000U);
    EXPECT_EQ(pair.workers[1].end_ns - pair.workers[1].begin_ns, 1500U);
    EXPECT_DOUBLE_EQ(pair.overlap, 1500.0 / 2000);
}

TEST(TimeOf, IsTheMedianOfThePagesAndTheirSpread) {
    const auto time = time_of({page(0, 0, 1000, 10), page(0, 0, 1000, 5), page(0, 0, 1000, 20)});
    ASSERT_TRUE(time);
    EXPECT_DOUBLE_EQ(time->one_way_ns, 50);
    EXPECT_DOUBLE_EQ(time->page_spread, 1.5);  // 25 to 100
}

TEST(TimeOf, LeavesOutPagesOnWhichTheWorkersWereNoTeam) {
    const auto late = page(0, 600, 1000, 1);
    EXPECT_DOUBLE_EQ(time_of({late, page(0, 0, 1000, 10)})->one_way_ns, 50);
    EXPECT_EQ(time_of({late}), std::nullopt);
}

}  // namespace
}  // namespace latchmark::measure
