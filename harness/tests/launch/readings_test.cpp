// Readings in the run file: the kernel's own numbers where the value is not simply one, and never a number for what was not read.
#include "harness/launch/readings.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace latchmark::launch {
namespace {

using counters::RoleCount;
using counters::Status;
using nlohmann::json;

json reading_of(const std::vector<RoleCount>& workers) {
    counters::ResolvedRole cycles;
    cycles.role = "cycles";
    cycles.source = "perf::CYCLES";
    cycles.status = Status::counted;
    std::vector<counters::WorkerCounts> team;
    for (const RoleCount& count : workers) {
        counters::WorkerCounts counts{};
        counts.roles[0] = count;
        counts.size = 1;
        team.push_back(counts);
    }
    return readings_json({cycles}, team).at("cycles");
}

TEST(ReadingsJson, GiveTheKernelsNumbersWhereTheValueIsExtrapolatedOrMissing) {
    json scaled = reading_of({{100, 1000, 1000, Status::counted, 0, 7}, {50, 1000, 500, Status::scaled, 0, 5}});
    EXPECT_EQ(scaled["value"], 200);
    EXPECT_EQ(scaled["raw"], json({100, 50}));
    EXPECT_EQ(scaled["enabled_ns"], json({1000, 1000}));
    EXPECT_EQ(scaled["running_ns"], json({1000, 500}));
    EXPECT_EQ(scaled["empty"], 12);
    json guessed = reading_of({{5, 1000, 100, Status::undersampled, 0, 7}});
    EXPECT_EQ(guessed["value"], nullptr);
    EXPECT_EQ(guessed["raw"], json::array({5}));
    EXPECT_FALSE(guessed.contains("empty"));
    json never = reading_of({{0, 1000, 0, Status::never_scheduled, 0, 0}});
    EXPECT_EQ(never["enabled_ns"], json::array({1000}));
    EXPECT_EQ(never["running_ns"], json::array({0}));
}

TEST(ReadingsJson, LeaveThemOutWhereTheValueIsTheCount) {
    json counted = reading_of({{100, 1000, 1000, Status::counted, 0, 0}, {50, 1000, 1000, Status::counted, 0, 0}});
    EXPECT_EQ(counted["value"], 150);
    for (const char* member : {"raw", "enabled_ns", "running_ns", "empty"}) EXPECT_FALSE(counted.contains(member)) << member;
}

TEST(ReadingsJson, HaveNoNumberOfAWorkerThatReadNothing) {
    json torn = reading_of({{50, 1000, 500, Status::scaled, 0, 0}, {0, 0, 0, Status::read_failed, ENODATA, 0}, {}});
    EXPECT_EQ(torn["value"], nullptr);
    for (const char* member : {"raw", "enabled_ns", "running_ns"}) {
        EXPECT_FALSE(torn[member][0].is_null()) << member;
        EXPECT_TRUE(torn[member][1].is_null() && torn[member][2].is_null()) << member;
    }
    // Closed before the first window, since its group did not run with it.
    json shed = reading_of({{0, 0, 0, Status::never_scheduled, 0, 0}});
    EXPECT_FALSE(shed.contains("raw"));
}

// Workers on cores of two kinds: decided before there were any, and true of this launch only.
TEST(ReadingsJson, SayWhatNoWorkerTried) {
    counters::ResolvedRole cycles;
    cycles.role = "cycles";
    cycles.status = Status::not_supported;
    cycles.error = EXDEV;
    cycles.why = "the workers sit on cores of different kinds";
    counters::WorkerCounts counts{};
    counts.roles[0] = {0, 0, 0, Status::not_supported, EXDEV, 0};
    counts.size = 1;
    EXPECT_EQ(readings_json({cycles}, {counts, counts}), (json{{"cycles",
                                                                {{"status", "not_supported"},
                                                                 {"value", nullptr},
                                                                 {"per_worker", {nullptr, nullptr}},
                                                                 {"why", "the workers sit on cores of different kinds"}}}}));
}

}  // namespace
}  // namespace latchmark::launch
