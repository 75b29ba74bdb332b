// A launch answers every request: with a measurement, a calibration, a clock, or a status and its reason.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/launch/launch.hpp"
#include "harness/machine/topology.hpp"
#include "harness/measure/parked_thread.hpp"
#include "harness/tests/launch/counting.hpp"

namespace latchmark::launch {
namespace {

class CannotBeBuilt : public Counting {
public:
    explicit CannotBeBuilt(const Setting& setting) : Counting(setting) { throw std::runtime_error("no such device"); }
};

class NeedsTooMuch : public Counting {
public:
    explicit NeedsTooMuch(const Setting& setting) : Counting(setting) { (void)setting.memory->allocate(std::size_t{1} << 40U); }
};

Catalogue catalogue() {
    return {.experiments = {{.name = "test/count",
                             .question = "",
                             .operation = "",
                             .baseline = "good",
                             .variants = {variant<Counting>("good", ""), variant<LosesOne>("sabotaged", ""),
                                          variant<CannotBeBuilt>("unbuildable", ""), variant<NeedsTooMuch>("greedy", ""),
                                          variant<Counting>(
                                              "lacking", "",
                                              {.lacks = [] { return std::optional<std::string>("no such instruction"); }}),
                                          variant<Counting>("never_threaded", "", {.most_workers = 1, .never_threaded = true})}}},
            .presets = {}};
}

class LaunchTest : public testing::Test {
protected:
    nlohmann::json answer(const std::string& variant, Kind kind = Kind::measure) {
        const auto cpus = machine::this_machine().cpus;
        const Request request{.kind = kind,
                              .experiment = "test/count",
                              .variant = variant,
                              .workers = 2,
                              .cpus = {cpus.front().os_id, cpus.back().os_id},
                              .batch = 100,
                              .windows = 3,
                              .window_ns = 20'000'000,  // some slices of the scheduler: a machine may have one CPU
                              .warm_up_ns = 1'000'000};
        return answer_to(request, catalogue_, false);
    }

private:
    const measure::ParkedThread parked_;
    const Catalogue catalogue_ = catalogue();
};

TEST_F(LaunchTest, AMeasurementHasMetricsWindowsReadingsAndCost) {
    const auto message = answer("good");
    EXPECT_EQ(message["status"], "ok");
    EXPECT_TRUE(message["why"].is_null());
    EXPECT_EQ(message["protocol"], kProtocol);
    EXPECT_GT(message["metrics"]["time_per_operation"]["value"].get<double>(), 0);
    ASSERT_EQ(message["windows"]["operations"].size(), 3U);
    for (const char* member : {"operations", "elapsed_ns"}) {
        for (const auto& window : message["windows"][member]) EXPECT_EQ(window.size(), 2U);
    }
    EXPECT_EQ(message["windows"]["overlap"].size(), 3U);
    EXPECT_EQ(message["disturbance"]["chain_drift"].size(), 2U);
    for (const char* part : {"set_up_ns", "warm_up_ns", "windows_ns"}) EXPECT_TRUE(message["cost"].contains(part)) << part;
    ASSERT_TRUE(message["readings"].contains("voluntary_switches"));
    for (const auto& reading : message["readings"]) EXPECT_TRUE(reading["value"].is_number() != reading.contains("why"));
}

TEST_F(LaunchTest, LostWorkIsVerifyFailedAndHasNoNumbers) {
    const auto message = answer("sabotaged");
    EXPECT_EQ(message["status"], "verify_failed");
    EXPECT_FALSE(message.contains("metrics"));
    EXPECT_NE(message["why"].get<std::string>().find("does not find"), std::string::npos);
}

TEST_F(LaunchTest, WhatGoesWrongIsFailedWithAReason) {
    EXPECT_EQ(answer("unbuildable")["status"], "failed");
    EXPECT_EQ(answer("unbuildable")["why"], "no such device");
    EXPECT_EQ(answer("greedy")["why"], "the workload needs more memory than a team has");
    EXPECT_EQ(answer("unheard_of")["why"], "no variant named 'unheard_of' in this binary");
    EXPECT_EQ(answer("never_threaded")["status"], "failed");
}

TEST_F(LaunchTest, WhatThisMachineLacksIsUnavailableWhenItIsCalibrated) {
    EXPECT_EQ(answer("lacking", Kind::calibrate)["status"], "unavailable");
    EXPECT_EQ(answer("lacking", Kind::calibrate)["why"], "no such instruction");
}

TEST_F(LaunchTest, ACalibrationFindsABatch) {
    const auto message = answer("good", Kind::calibrate);
    EXPECT_EQ(message["status"], "ok");
    EXPECT_GE(message["batch"].get<std::uint64_t>(), 1U);
    EXPECT_GT(message["time_per_operation_ns"].get<double>(), 0);
}

TEST_F(LaunchTest, TheClockIsKnownByItsResolutionAndCost) {
    const auto message = answer("good", Kind::clock);
    for (const char* member : {"resolution_ns", "read_ns", "chain_step_ns"})
        EXPECT_GT(message[member].get<double>(), 0) << member;
}

}  // namespace
}  // namespace latchmark::launch
