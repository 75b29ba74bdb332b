// The stimuli do what they say: by the kernel's own counts, by what they leave behind, never by time.
#include "harness/control/stimulus.hpp"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <set>
#include <sys/resource.h>
#include <thread>

#include "harness/control/hand_over.hpp"
#include "harness/control/instructions.hpp"
#include "harness/control/kernel_work.hpp"
#include "harness/control/missing_lines.hpp"
#include "harness/control/pages.hpp"
#include "harness/tests/fresh_pages.hpp"

namespace latchmark::control {
namespace {

rusage usage_of_this_thread() {
    rusage usage{};
    EXPECT_EQ(getrusage(RUSAGE_THREAD, &usage), 0);
    return usage;
}

// Runs one stretch and says what getrusage counted of it.
struct Kept {
    std::uint64_t times;
    long faults, switches;
};

Kept kept_of(Stimulus& stimulus, Stretch stretch) {
    stimulus.prepare(0, stretch);
    const auto before = usage_of_this_thread();
    const auto times = stimulus.run(0, stretch);
    const auto after = usage_of_this_thread();
    return {times, after.ru_minflt - before.ru_minflt, after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw};
}

TEST(Stimuli, AreAllThereAndIdleWhenToldTo) {
    for (const StimulusName name : kStimuli) {
        if (workers_of(name) > 1) continue;
        const auto stimulus = real_stimuli()(name);
        ASSERT_NE(stimulus, nullptr) << name_of(name);
        stimulus->prepare(0, Stretch::idle);
        EXPECT_EQ(stimulus->run(0, Stretch::idle), 0U) << name_of(name);
    }
}

TEST(FreshPages, AreSixtyFourFaults) {
    FreshPages pages;
    const auto idle = kept_of(pages, Stretch::idle);
    if (kIsSanitized || idle.faults != 0) GTEST_SKIP() << "this environment has page faults of its own: " << idle.faults;
    for (int again = 0; again < 3; ++again) {
        const auto kept = kept_of(pages, Stretch::stimulus);
        EXPECT_EQ(kept.faults, 64);
        EXPECT_EQ(kept.times, 64U);
    }
}

TEST(Sleeps, AreTheSwitchesThatGetrusageSees) {
    Sleeps sleeps;
    EXPECT_EQ(kept_of(sleeps, Stretch::idle).times, 0U);
    const auto kept = kept_of(sleeps, Stretch::stimulus);
    EXPECT_GE(kept.times, 10U);
    // Something else may take the CPU between the two looks.
    EXPECT_GE(kept.switches, static_cast<long>(kept.times));
}

TEST(MissingLines, AreOnEachPageOnceInNoOrder) {
    const MissingStores lines;
    const std::size_t count = lines.count();
    EXPECT_GE(count * page_bytes(), std::size_t{64} << 20U);
    std::set<std::size_t> seen;
    std::size_t page = 0;
    std::size_t neighbours = 0;
    for (std::size_t step = 0; step < count; ++step) {
        seen.insert(page);
        const std::size_t next = lines.page_after(page);
        neighbours += next == page + 1 || next + 1 == page ? 1 : 0;
        // Neighbours might share an entry of the TLB.
        EXPECT_NE(lines.line(page) + page_bytes(), lines.line(page + 1));
        page = next;
    }
    EXPECT_EQ(seen.size(), count);
    EXPECT_EQ(page, 0U);
    EXPECT_LT(neighbours, count / 100);
}

TEST(RandomWalk, TouchesEachPageAndComesBack) {
    RandomWalk walk;
    std::set<const void*> seen;
    const void* place = walk.line(0);
    while (seen.insert(place).second) place = *static_cast<const void* const*>(place);
    EXPECT_EQ(seen.size(), walk.count());
    EXPECT_EQ(place, walk.line(0));
    walk.prepare(0, Stretch::stimulus);
    EXPECT_EQ(walk.run(0, Stretch::stimulus), walk.count());
}

TEST(MissingStores, ReachEachPage) {
    MissingStores stores;
    const auto written = [&] {
        std::size_t pages = 0;
        for (std::size_t page = 0; page < stores.count(); ++page) pages += *stores.line(page) == std::byte{2} ? 1U : 0U;
        return pages;
    };
    stores.prepare(0, Stretch::idle);
    EXPECT_EQ(stores.run(0, Stretch::idle), 0U);
    EXPECT_EQ(written(), 1U);
    stores.prepare(0, Stretch::stimulus);
    EXPECT_EQ(stores.run(0, Stretch::stimulus), stores.count());
    EXPECT_EQ(written(), stores.count());
}

TEST(Instructions, HappenAsOftenAsAsked) {
    // One kind of CPU has the one, another the other.
    for (const auto times : {locked_increments(1'000), spin_hints(1'000), ordering_instructions(1'000)})
        EXPECT_TRUE(times == 0 || times == 1'000) << times;
    EXPECT_EQ(std::max(locked_increments(1'000), ordering_instructions(1'000)), 1'000U);
}

TEST(HandOver, IsDoneByBothInTurn) {
    HandOver hand_over;
    for (const std::size_t worker : {0U, 1U}) hand_over.prepare(worker, Stretch::stimulus);
    std::uint64_t by_partner = 0;
    std::thread partner([&] { by_partner = hand_over.run(1, Stretch::stimulus); });
    const std::uint64_t by_first = hand_over.run(0, Stretch::stimulus);
    partner.join();
    // On one CPU they meet too seldom, which both say.
    EXPECT_LE(std::max(by_first, by_partner) - std::min(by_first, by_partner), by_first < 500 || by_partner < 500 ? 500U : 1U);
}

TEST(HandOver, WithoutAPartnerIsNone) {
    HandOver hand_over;
    hand_over.prepare(0, Stretch::stimulus);
    EXPECT_EQ(hand_over.run(0, Stretch::stimulus), 0U);
    hand_over.prepare(0, Stretch::idle);
    EXPECT_EQ(hand_over.run(0, Stretch::idle), 0U);
}

}  // namespace
}  // namespace latchmark::control
