// The metrics of a launch come from its windows: medians, shares, histogram, counts per operation.
#include "harness/launch/metrics.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::launch {
namespace {

// Three windows of two workers, in which an operation takes 10, 40 and 20 ns.
measure::TeamResult three_windows() {
    measure::TeamResult result;
    for (const std::uint64_t operations : {100U, 25U, 50U}) {
        result.windows.push_back({{.begin_ns = 0, .end_ns = 1000, .operations = operations, .deadline_ns = 1000},
                                  {.begin_ns = 100, .end_ns = 1100, .operations = operations, .deadline_ns = 1000}});
    }
    return result;
}

TEST(ThroughputMetrics, AreMediansOverTheWindows) {
    const auto metrics = metrics_json({}, three_windows(), {});
    EXPECT_DOUBLE_EQ(metrics["time_per_operation"]["value"].get<double>(), 20);  // mean 23.3, best 10
    EXPECT_DOUBLE_EQ(metrics["throughput"]["value"].get<double>(), 1e8);
    EXPECT_DOUBLE_EQ(metrics["start_skew"]["value"].get<double>(), 100);
    EXPECT_EQ(metrics["share"]["values"], (nlohmann::json{0.5, 0.5}));
}

TEST(ThroughputMetrics, LeaveOutWindowsInWhichAWorkerCameAfterTheDeadline) {
    auto result = three_windows();
    result.windows[0][1] = {
        .begin_ns = 1500, .end_ns = 1501, .operations = 1000, .deadline_ns = 1000};  // one batch, alone and fast
    const auto metrics = metrics_json({}, result, {});
    EXPECT_DOUBLE_EQ(metrics["time_per_operation"]["value"].get<double>(), 30);  // of 40 and 20
    for (auto& window : result.windows) window[0].begin_ns = window[0].end_ns = 2000;
    for (const char* name : {"time_per_operation", "throughput", "start_skew"}) {
        EXPECT_TRUE(metrics_json({}, result, {})[name].contains("why")) << name;  // not a rate of 0 or of infinity
    }
}

TEST(LatencyMetrics, AreTheBucketsThatHoldSomething) {
    measure::TeamResult result = three_windows();
    result.latency_counts.resize(LatencyRecorder::kBuckets);
    result.latency_counts[LatencyRecorder::bucket_of(7)] = 3;
    result.latency_counts[LatencyRecorder::bucket_of(1000)] = 1;
    result.latency_max_ns = 1003;
    const auto histogram = metrics_json({.purpose = Purpose::latency}, result, {})["latency"]["histogram"];
    EXPECT_EQ(histogram["counts"], (nlohmann::json{3, 1}));
    EXPECT_EQ(histogram["lower_ns"], (nlohmann::json{7, 1000}));
    EXPECT_EQ(histogram["upper_ns"], (nlohmann::json{8, 1008}));
    EXPECT_EQ(histogram["max_ns"], 1003);
    EXPECT_GT(histogram["resolution_ns"].get<double>(), 0);
}

TEST(LatencyMetrics, NothingRecordedIsAReasonAndNotAnEmptyHistogram) {
    EXPECT_TRUE(metrics_json({.purpose = Purpose::latency}, three_windows(), {})["latency"].contains("why"));
}

TEST(TallyMetrics, ArePerOperationOfTheWindows) {
    measure::TeamResult result = three_windows();
    result.tallies = {{70}, {35}};
    result.operations = 1'000'000;  // with the warm-up, which was not tallied
    const auto metrics = metrics_json({.purpose = Purpose::counts}, result, {"cas_failures"});
    EXPECT_DOUBLE_EQ(metrics["cas_failures"]["value"].get<double>(), 105.0 / 350);
    EXPECT_FALSE(metrics.contains("time_per_operation"));  // tallies cost time, so that time is nobody's
}

TEST(MetricDefinitions, AreThoseThatSomePointOfTheExperimentHas) {
    Experiment experiment{.name = "a/b", .question = "", .operation = "", .baseline = "v", .variants = {}};
    const auto names = [&] {
        std::vector<std::string> all;
        for (const auto& metric : metrics_of(experiment)) all.push_back(metric.name);
        return all;
    };
    EXPECT_EQ(names(), (std::vector<std::string>{"time_per_operation", "throughput", "share", "start_skew"}));
    experiment.purposes = {Purpose::throughput, Purpose::latency, Purpose::counts};
    experiment.variants.push_back({.name = "v", .summary = "", .make = {}, .tallies = {"parks"}});
    experiment.variants.push_back({.name = "w", .summary = "", .make = {}, .tallies = {"parks"}});
    EXPECT_EQ(names(), (std::vector<std::string>{"time_per_operation", "throughput", "share", "start_skew", "latency", "parks"}));
}

}  // namespace
}  // namespace latchmark::launch
