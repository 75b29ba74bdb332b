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

Variant plain() { return {.name = "v", .summary = "", .make = {}}; }

TEST(ThroughputMetrics, AreMediansOverTheWindows) {
    const auto metrics = metrics_json({}, {.team = three_windows()}, plain());
    EXPECT_DOUBLE_EQ(metrics["time_per_operation"]["value"].get<double>(), 20);  // mean 23.3, best 10
    EXPECT_DOUBLE_EQ(metrics["throughput"]["value"].get<double>(), 1e8);
    EXPECT_DOUBLE_EQ(metrics["start_skew"]["value"].get<double>(), 100);
    EXPECT_EQ(metrics["share"]["values"], (nlohmann::json{0.5, 0.5}));
}

// A worker that waits asleep takes time and no CPU.
TEST(CpuTime, IsTheWorkersOwnPerOperation) {
    auto result = three_windows();
    for (auto& window : result.windows) {
        window[0].cpu_time_ns = 800;
        window[1].cpu_time_ns = 200;
    }
    for (const Purpose purpose : {Purpose::throughput, Purpose::latency}) {
        const auto metrics = metrics_json({.purpose = purpose}, {.team = result}, plain());
        EXPECT_DOUBLE_EQ(metrics["cpu_time_per_operation"]["value"].get<double>(), 10);  // median of 5, 20 and 10
    }
    EXPECT_FALSE(metrics_json({.purpose = Purpose::counts}, {.team = result}, plain()).contains("cpu_time_per_operation"));
}

TEST(ThroughputMetrics, LeaveOutWindowsInWhichAWorkerCameAfterTheDeadline) {
    auto result = three_windows();
    result.windows[0][1] = {
        .begin_ns = 1500, .end_ns = 1501, .operations = 1000, .deadline_ns = 1000};  // one batch, alone and fast
    const auto metrics = metrics_json({}, {.team = result}, plain());
    EXPECT_DOUBLE_EQ(metrics["time_per_operation"]["value"].get<double>(), 30);  // of 40 and 20
    EXPECT_EQ(metrics["share"]["values"], (nlohmann::json{0.5, 0.5}));           // what a stranger took is no unfairness
    for (auto& window : result.windows) window[0].begin_ns = window[0].end_ns = 2000;
    for (const char* name : {"time_per_operation", "throughput", "share", "start_skew"}) {
        EXPECT_TRUE(metrics_json({}, {.team = result}, plain())[name].contains("why")) << name;  // not a rate of 0 or of infinity
    }
}

TEST(LatencyMetrics, AreTheBucketsThatHoldSomething) {
    measure::TeamResult result = three_windows();
    result.latency_counts.resize(LatencyRecorder::kBuckets);
    result.latency_counts[LatencyRecorder::bucket_of(7)] = 3;
    result.latency_counts[LatencyRecorder::bucket_of(1000)] = 1;
    result.latency_max_ns = 1003;
    const auto histogram = metrics_json({.purpose = Purpose::latency}, {.team = result}, plain())["latency"]["histogram"];
    EXPECT_EQ(histogram["counts"], (nlohmann::json{3, 1}));
    EXPECT_EQ(histogram["lower_ns"], (nlohmann::json{7, 1000}));
    EXPECT_EQ(histogram["upper_ns"], (nlohmann::json{8, 1008}));
    EXPECT_EQ(histogram["max_ns"], 1003);
    EXPECT_GT(histogram["resolution_ns"].get<double>(), 0);
}

// 100 latencies of 50 ns and `longer` of 1000 ns.
nlohmann::json latencies_with(std::uint64_t longer) {
    auto result = three_windows();
    result.latency_counts.resize(LatencyRecorder::kBuckets);
    result.latency_counts[LatencyRecorder::bucket_of(50)] = 1000 - longer;
    result.latency_counts[LatencyRecorder::bucket_of(1000)] = longer;
    result.latency_max_ns = 1000;
    return metrics_json({.purpose = Purpose::latency}, {.team = result}, plain());
}

TEST(LatencyMetrics, AreSummedUpByTwoQuantiles) {
    EXPECT_DOUBLE_EQ(latencies_with(20)["latency_p50"]["value"].get<double>(), 50);
    EXPECT_DOUBLE_EQ(latencies_with(20)["latency_p99"]["value"].get<double>(), 1000);
    EXPECT_DOUBLE_EQ(latencies_with(5)["latency_p99"]["value"].get<double>(), 50);
}

TEST(LatencyMetrics, AFarQuantileNeedsTenSamplesBeyondIt) {
    auto result = three_windows();
    result.latency_counts.resize(LatencyRecorder::kBuckets);
    result.latency_counts[LatencyRecorder::bucket_of(50)] = 999;
    const auto p99 = [&] { return metrics_json({.purpose = Purpose::latency}, {.team = result}, plain())["latency_p99"]; };
    EXPECT_EQ(p99()["why"], "only 9 of the recorded latencies lie beyond it, which takes 10");
    result.latency_counts[LatencyRecorder::bucket_of(50)] = 1000;
    EXPECT_TRUE(p99().contains("value"));
}

TEST(LatencyMetrics, NothingRecordedIsAReasonAndNotAnEmptyHistogram) {
    const auto metrics = metrics_json({.purpose = Purpose::latency}, {.team = three_windows()}, plain());
    for (const char* name : {"latency", "latency_p50", "latency_p99"}) EXPECT_TRUE(metrics[name].contains("why")) << name;
}

TEST(TallyMetrics, ArePerOperationOfTheWindows) {
    measure::TeamResult result = three_windows();
    result.tallies = {{70}, {35}};
    result.operations = 1'000'000;  // with the warm-up, which was not tallied
    auto counting = plain();
    counting.tallies = {"cas_failures"};
    counting.final_tallies = {"lost_updates"};
    const auto metrics = metrics_json({.purpose = Purpose::counts}, {.team = result, .final_tallies = {250}}, counting);
    EXPECT_DOUBLE_EQ(metrics["cas_failures"]["value"].get<double>(), 105.0 / 350);
    EXPECT_DOUBLE_EQ(metrics["lost_updates"]["value"].get<double>(), 250e-6);  // of all operations, since all may have lost some
    EXPECT_FALSE(metrics.contains("time_per_operation"));                      // tallies cost time, so that time is nobody's
}

TEST(TallyMetrics, AreOfReportedOperationsWhereMoreWereDone) {
    measure::TeamResult result = three_windows();
    result.tallies = {{350}, {350}};  // one of each operation, of twice as many as are reported
    result.operations = 1'350;
    result.extra_operations = 350;
    auto counting = plain();
    counting.tallies = {"steps"};
    counting.final_tallies = {"all"};
    const auto metrics = metrics_json({.purpose = Purpose::counts}, {.team = result, .final_tallies = {1'350}}, counting);
    EXPECT_DOUBLE_EQ(metrics["steps"]["value"].get<double>(), 2);
    EXPECT_DOUBLE_EQ(metrics["all"]["value"].get<double>(), 1.35);  // with 650 of the warm-up, which is as long as ever
}

// Two subjects with 10 and 20 ns an operation, and a writer with 1000 ns.
measure::TeamResult two_readers_and_a_writer() {
    const auto took = [](std::uint64_t operations) {
        return measure::WorkerWindow{.begin_ns = 0, .end_ns = 1000, .operations = operations, .deadline_ns = 1000};
    };
    measure::TeamResult result;
    result.windows = {{took(100), took(1), took(50)}};
    return result;
}

Variant with_parts() {
    auto variant = plain();
    variant.parts.names = {"reader", "writer"};
    return variant;
}

TEST(PartMetrics, TheSubjectsAreTheFirstPartsAlone) {
    const auto metrics = metrics_json({.parts = {0, 1, 0}}, {.team = two_readers_and_a_writer()}, with_parts());
    EXPECT_DOUBLE_EQ(metrics["time_per_operation"]["value"].get<double>(), 2e9 / 1.5e8);  // not diluted by the writer
    EXPECT_DOUBLE_EQ(metrics["throughput"]["value"].get<double>(), 1.5e8);
    EXPECT_EQ(metrics["share"]["values"], (nlohmann::json{100.0 / 150, 50.0 / 150}));
    EXPECT_DOUBLE_EQ(metrics["time_per_operation_of_writer"]["value"].get<double>(), 1000);
}

TEST(PartMetrics, ATeamWithoutAPartSaysSo) {
    const auto metrics = metrics_json({.parts = {0, 0, 0}}, {.team = two_readers_and_a_writer()}, with_parts());
    EXPECT_EQ(metrics["time_per_operation_of_writer"]["why"], "this team has no writer");
    EXPECT_EQ(metrics["share"]["values"].size(), 3U);
}

TEST(PartMetrics, CpuTimeIsOfEachPart) {
    auto result = two_readers_and_a_writer();
    for (auto& worker : result.windows[0]) worker.cpu_time_ns = 300;
    const auto metrics = metrics_json({.parts = {0, 1, 0}}, {.team = result}, with_parts());
    EXPECT_DOUBLE_EQ(metrics["cpu_time_per_operation"]["value"].get<double>(), 4);
    EXPECT_DOUBLE_EQ(metrics["cpu_time_per_operation_of_writer"]["value"].get<double>(), 300);
}

Variant with_quantities() {
    auto variant = plain();
    variant.quantities = {{"drain_time", "ns", "lower", "until the queue was empty"}, {"held", "B", "none", "memory"}};
    return variant;
}

TEST(Quantities, AreMetricsOfEveryPurpose) {
    for (const Purpose purpose : {Purpose::throughput, Purpose::latency, Purpose::counts}) {
        const measure::Measurement measurement{.team = three_windows(), .quantities = {12.5, Unavailable{"no such file"}}};
        const auto metrics = metrics_json({.purpose = purpose}, measurement, with_quantities());
        EXPECT_EQ(metrics["drain_time"], (nlohmann::json{{"value", 12.5}}));
        EXPECT_EQ(metrics["held"], (nlohmann::json{{"why", "no such file"}}));
    }
}

// JSON would have null for it.
TEST(Quantities, ThatAreNoNumberAreAReason) {
    const measure::Measurement measurement{.team = three_windows(), .quantities = {0.0 / 0.0, 1.0}};
    EXPECT_EQ(metrics_json({}, measurement, with_quantities())["drain_time"]["why"], "the workload's value is no finite number");
}

TEST(PartMetrics, AWriterThatCameTooLateSpoilsTheWindow) {
    auto result = two_readers_and_a_writer();
    result.windows[0][1].begin_ns = 1000;  // the readers had the lock to themselves
    EXPECT_TRUE(metrics_json({.parts = {0, 1, 0}}, {.team = result}, with_parts())["time_per_operation"].contains("why"));
}

std::vector<measure::Measurement> pages_of(const std::vector<std::uint64_t>& one_way_ns) {
    std::vector<measure::Measurement> pages;
    for (const std::uint64_t way_ns : one_way_ns) {
        const measure::WorkerWindow worker{.end_ns = 200 * way_ns, .operations = 100, .deadline_ns = 1};
        measure::Measurement page;
        page.team.windows = {{worker, worker}};
        pages.push_back(page);
    }
    return pages;
}

TEST(PairMetrics, AreMediansOverPagesAndThenOverPairs) {
    const auto metrics = pair_metrics_json({pages_of({40, 50, 90}), pages_of({10, 10, 10}), pages_of({200, 300, 400})});
    EXPECT_DOUBLE_EQ(metrics["one_way"]["value"].get<double>(), 50);
    EXPECT_EQ(metrics["one_way_by_pair"]["values"], (nlohmann::json{50.0, 10.0, 300.0}));
    EXPECT_EQ(metrics["page_spread_by_pair"]["values"], (nlohmann::json{1.0, 0.0, 200.0 / 300}));
}

TEST(PairMetrics, APairWithoutAPageLeavesNoHoleInTheRow) {
    auto lost = pages_of({40});
    lost[0].team.windows[0][1].begin_ns = 5;  // after the deadline
    const auto metrics = pair_metrics_json({lost, pages_of({10, 20})});
    EXPECT_DOUBLE_EQ(metrics["one_way"]["value"].get<double>(), 15);
    EXPECT_TRUE(metrics["one_way_by_pair"].contains("why"));
    EXPECT_TRUE(metrics["page_spread_by_pair"].contains("why"));
    EXPECT_TRUE(pair_metrics_json({lost})["one_way"].contains("why"));
}

class MetricDefinitions : public testing::Test {
protected:
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& metric : metrics_of(experiment_)) all.push_back(metric.name);
        return all;
    }

    [[nodiscard]] std::string meaning_of(const std::string& name) const {
        for (const auto& metric : metrics_of(experiment_)) {
            if (metric.name == name) return metric.meaning;
        }
        return "no such metric";
    }

    Experiment experiment_{.name = "a/b",
                           .question = "",
                           .operation = "",
                           .baseline = "v",
                           .variants = {{.name = "v", .summary = "", .make = {}}, {.name = "w", .summary = "", .make = {}}}};
};

using Names = std::vector<std::string>;

TEST_F(MetricDefinitions, AreThoseThatSomePointOfTheExperimentHas) {
    EXPECT_EQ(names(), (Names{"time_per_operation", "throughput", "share", "start_skew", "cpu_time_per_operation"}));
    experiment_.purposes = {Purpose::throughput, Purpose::latency, Purpose::counts};
    for (auto& variant : experiment_.variants) {
        variant.tallies = {"parks"};
        variant.parts.names = {"reader", "writer"};
        variant.quantities = {{"held", "B", "none", "memory"}};
    }
    experiment_.variants[1].final_tallies = {"lost_updates"};
    EXPECT_EQ(names(), (Names{"time_per_operation", "throughput", "share", "start_skew", "time_per_operation_of_writer",
                              "cpu_time_per_operation", "cpu_time_per_operation_of_writer", "latency_p50", "latency_p99",
                              "latency", "parks", "lost_updates", "held"}));
    experiment_.workers = WorkerSweep::pairs;
    EXPECT_EQ(names(), (Names{"one_way", "one_way_by_pair", "page_spread_by_pair"}));
}

// The headline is what the experiment is about: waiting is no throughput.
TEST_F(MetricDefinitions, BeginWithTheFirstPurpose) {
    experiment_.purposes = {Purpose::latency};
    EXPECT_EQ(names(), (Names{"latency_p50", "latency_p99", "latency", "cpu_time_per_operation"}));
    experiment_.purposes = {Purpose::latency, Purpose::throughput};
    EXPECT_EQ(names().front(), "latency_p50");
    EXPECT_EQ(names().back(), "start_skew");
}

TEST_F(MetricDefinitions, SayFromWhereToWhereALatencyIs) {
    experiment_.purposes = {Purpose::latency};
    EXPECT_EQ(meaning_of("latency"), "time of single operations, clock reads included");
    experiment_.latency = "from the wake to the first thing after the wait";
    EXPECT_EQ(meaning_of("latency"), "from the wake to the first thing after the wait, clock reads included");
    EXPECT_TRUE(meaning_of("latency_p50").ends_with(": from the wake to the first thing after the wait"));
}

}  // namespace
}  // namespace latchmark::launch
