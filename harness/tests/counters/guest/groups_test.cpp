// Groups that do not fit, share the counters, or lose them: what the kernel really answers, and what becomes of it.
#include <array>
#include <cerrno>
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/event_group.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/tests/counters/guest/altered_kernel.hpp"
#include "harness/tests/counters/guest/known_work.hpp"

namespace latchmark::counters {
namespace {

constexpr std::size_t kCounters = 6;  // of every core that is emulated here, beside the one that counts cycles alone
constexpr Encoding kCycles{.type = 4, .config = 0x11};

// An event as roles would be resolved to it, were there as many that this core has.
ResolvedRole retired_role() {
    return {.role = "instructions", .status = Status::counted, .source = "INST_RETIRED", .encoding = kRetired};
}

RoleCount counts_of(EventGroup& group, std::size_t member) {
    std::array<std::uint64_t, kMaxRoles> values{};
    GroupTimes times;
    const Outcome outcome = group.read(values, times);
    if (outcome.status != Status::counted) return {0, 0, 0, outcome.status, outcome.error, 0};
    return {values[member], times.enabled_ns, times.running_ns, status_of(times.enabled_ns, times.running_ns), 0, 0};
}

TEST(GuestGroups, WithOneEventTooManyAreFull) {
    EventGroup group(real_kernel());
    for (std::size_t event = 0; event < kCounters; ++event)
        ASSERT_EQ(group.add(kRetired, Scope::user).status, Status::counted) << event;
    const Outcome outcome = group.add(kRetired, Scope::user);
    EXPECT_EQ(outcome.status, Status::group_full);
    EXPECT_EQ(outcome.error, EINVAL);
    EXPECT_EQ(group.add(kCycles, Scope::user).status, Status::counted) << "they have a counter of their own";
    // What is in stays in, and counts.
    ASSERT_EQ(group.enable().status, Status::counted);
    retire(1'000'000);
    for (std::size_t event = 0; event < group.size(); ++event) {
        EXPECT_EQ(counts_of(group, event).status, Status::counted);
        EXPECT_GE(counts_of(group, event).raw, 2'000'000U);
    }
}

// Both groups count half of the time; extrapolated, each has everything.
TEST(GuestGroups, ThatShareTheCountersAreScaled) {
    constexpr std::uint64_t kRounds = 200'000'000;  // 400 ms, some hundred turns of the kernel between the groups
    constexpr double kTolerance = 0.005;
    EventGroup one(real_kernel()), other(real_kernel());
    for (std::size_t event = 0; event < kCounters; ++event) {
        ASSERT_EQ(one.add(kRetired, Scope::user).status, Status::counted);
        ASSERT_EQ(other.add(kRetired, Scope::user).status, Status::counted);
    }
    ASSERT_EQ(one.enable().status, Status::counted);
    ASSERT_EQ(other.enable().status, Status::counted);
    retire(kRounds);
    for (EventGroup* group : {&one, &other})
        for (std::size_t event = 0; event < kCounters; ++event) {
            const std::array counts{counts_of(*group, event)};
            const Reading reading = team_reading(retired_role(), counts);
            EXPECT_EQ(reading.status, Status::scaled);
            EXPECT_NEAR(reading.running_share.value(), 0.5, 0.03);
            EXPECT_NEAR(reading.value.value() / (2.0 * kRounds), 1, kTolerance);
            if (event == 0) std::cout << "scaled: " << *reading.value << " from " << *reading.running_share << std::endl;
        }
}

// Without enable_on_exec the kernel lets one event too many in, and none of the group ever runs.
TEST(GuestGroups, ThatNeverRunAreRecoveredByTheTrial) {
    AlteredKernel careless([](perf_event_attr& attributes) { attributes.enable_on_exec = 0; });
    {
        EventGroup group(careless);
        for (std::size_t event = 0; event <= kCounters; ++event)
            ASSERT_EQ(group.add(kRetired, Scope::user).status, Status::counted) << event;
        ASSERT_EQ(group.enable().status, Status::counted);
        retire(1'000'000);
        const RoleCount count = counts_of(group, 0);
        EXPECT_EQ(count.raw, 0U);
        EXPECT_GT(count.enabled_ns, 0U);
        EXPECT_EQ(count.status, Status::never_scheduled);
    }
    const std::vector<ResolvedRole> roles(kCounters + 1, retired_role());
    const WorkerCounts counts = count_rounds(roles, 1'000'000, careless);
    for (std::size_t role = 0; role < kCounters; ++role) {
        EXPECT_EQ(counts.roles[role].status, Status::counted) << role;
        EXPECT_GE(counts.roles[role].raw, 2'000'000U) << role;
    }
    EXPECT_EQ(counts.roles[kCounters].status, Status::never_scheduled);
    EXPECT_EQ(counts.roles[kCounters].raw, 0U);
}

// A pinned group demands its counters at once: the second one is thrown out, and reading it gives no bytes at all.
TEST(GuestGroups, ThatAreThrownOffTheCpuHaveFailedReadings) {
    AlteredKernel pinning([](perf_event_attr& attributes) { attributes.pinned = 1; });
    EventGroup first(pinning);
    for (std::size_t event = 0; event < kCounters; ++event) ASSERT_EQ(first.add(kRetired, Scope::user).status, Status::counted);
    ASSERT_EQ(first.enable().status, Status::counted);
    const std::vector<ResolvedRole> roles(2, retired_role());
    const WorkerCounts counts = count_rounds(roles, 1'000'000, pinning);
    for (std::size_t role = 0; role < roles.size(); ++role) {
        EXPECT_EQ(counts.roles[role].status, Status::read_failed) << role;
        EXPECT_EQ(counts.roles[role].error, ENODATA) << role;
        const Reading reading = team_reading(roles[role], std::span(&counts.roles[role], 1));
        EXPECT_FALSE(reading.value.has_value());
        EXPECT_TRUE(reading.why.has_value());
    }
    retire(1'000'000);
    EXPECT_EQ(counts_of(first, 0).status, Status::counted);
}

// The kernel opens any number and counts 0: only sysfs says which of the common events this core has.
TEST(GuestGroups, OfEventsThatThisCoreLacksAreRefused) {
    const ResolvedRole missing = resolve({"llc_load_misses"}).front();
    EXPECT_EQ(missing.source, "arm_n1::LL_CACHE_MISS_RD");
    EXPECT_EQ(missing.encoding.config, 0x37U);
    EXPECT_EQ(missing.status, Status::not_implemented_by_pmu);
    const RoleAnswer answer = capability({"llc_load_misses"}).roles.front();
    EXPECT_EQ(answer.status, Status::not_implemented_by_pmu);
    EXPECT_TRUE(answer.why.has_value());
}

// Beyond the common events nobody lists what a core has: this one opens, runs and counts nothing.
TEST(GuestGroups, OfEventsThatNobodyListsRunAndStayAtZero) {
    const auto roles = resolve({"l1d_invalidations"});
    EXPECT_EQ(roles.front().encoding.config, 0x48U);
    ASSERT_EQ(roles.front().status, Status::counted);
    const WorkerCounts counts = count_rounds(roles, 1'000'000);
    EXPECT_EQ(counts.roles[0].raw, 0U);
    EXPECT_GT(counts.roles[0].running_ns, 0U);
    // Hence the positive control: what it found without reaction has no value in the run, and takes nobody's counter.
    const ResolvedRole known = resolve({"l1d_invalidations"}, {.unresponsive = {"l1d_invalidations"}}).front();
    EXPECT_EQ(known.status, Status::unresponsive);
    const WorkerCounts none = count_rounds(std::span(&known, 1), 1'000'000);
    EXPECT_EQ(none.roles[0].status, Status::unresponsive);
}

}  // namespace
}  // namespace latchmark::counters
