// Metrics by purpose: throughput, latency, counts.
#include "harness/launch/metrics.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/launch/clock_check.hpp"
#include "harness/measure/arithmetic.hpp"
#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

json scalar(double value) { return {{"value", value}}; }

// Over the windows in which the workers were a team; why there is no value when there is no such window.
template <typename Function>
json median_over_windows(const measure::TeamResult& result, Function function) {
    std::vector<double> values;
    for (const auto& window : result.windows) {
        if (measure::is_of_a_team(window)) values.push_back(function(window));
    }
    if (values.empty()) return {{"why", "in every window some worker began after the deadline: its CPU was taken away"}};
    return scalar(measure::median_of(std::move(values)));
}

json throughput_metrics(const measure::TeamResult& result) {
    json metrics;
    metrics["time_per_operation"] = median_over_windows(result, measure::time_per_operation_ns_of);
    metrics["throughput"] = median_over_windows(result, measure::throughput_of);
    metrics["share"] = {{"values", measure::shares_of(result.windows)}};
    metrics["start_skew"] =
        median_over_windows(result, [](const auto& window) { return static_cast<double>(measure::start_skew_ns_of(window)); });
    return metrics;
}

json latency_metrics(const measure::TeamResult& result) {
    json lower = json::array();
    json upper = json::array();
    json counts = json::array();
    for (std::size_t bucket = 0; bucket < result.latency_counts.size(); ++bucket) {
        if (result.latency_counts[bucket] == 0) continue;
        lower.push_back(LatencyRecorder::lower_ns(bucket));
        // The last bucket has no upper end but the longest latency itself.
        const bool is_last = bucket + 1 == result.latency_counts.size();
        upper.push_back(is_last ? result.latency_max_ns + 1 : LatencyRecorder::lower_ns(bucket + 1));
        counts.push_back(result.latency_counts[bucket]);
    }
    if (counts.empty()) return {{"latency", {{"why", "the workload recorded no latency"}}}};
    return {{"latency",
             {{"histogram",
               {{"lower_ns", std::move(lower)},
                {"upper_ns", std::move(upper)},
                {"counts", std::move(counts)},
                {"max_ns", result.latency_max_ns},
                {"resolution_ns", clock_resolution_ns()}}}}}};
}

json tally_metrics(const measure::TeamResult& result, const std::vector<std::string>& tallies) {
    double operations = 0;
    for (const auto& window : result.windows) {
        for (const auto& worker : window) operations += static_cast<double>(worker.operations);
    }
    json metrics;
    for (std::size_t tally = 0; tally < tallies.size(); ++tally) {
        double total = 0;
        for (const auto& worker : result.tallies) total += static_cast<double>(worker[tally]);
        metrics[tallies[tally]] = scalar(total / operations);
    }
    return metrics;
}

}  // namespace

std::vector<MetricDefinition> metrics_of(const Experiment& experiment) {
    std::vector<MetricDefinition> metrics{
        {"time_per_operation", "ns", "lower", "scalar",
         "time that one operation takes one worker; median of the launch's windows"},
        {"throughput", "operations/s", "higher", "scalar",
         "operations of the whole team; sum of the workers' own rates, median of the windows"},
        {"share", "share", "none", "vector", "each worker's part of the team's operations over all windows"},
        {"start_skew", "ns", "none", "scalar", "latest minus earliest begin of the workers; median of the windows"},
    };
    const auto has = [&](Purpose purpose) {
        return std::find(experiment.purposes.begin(), experiment.purposes.end(), purpose) != experiment.purposes.end();
    };
    if (has(Purpose::latency)) {
        metrics.push_back({"latency", "ns", "lower", "histogram", "time of single operations, clock reads included"});
    }
    if (has(Purpose::counts)) {
        std::vector<std::string> seen;
        for (const auto& variant : experiment.variants) {
            for (const auto& tally : variant.tallies) {
                if (std::find(seen.begin(), seen.end(), tally) != seen.end()) continue;
                seen.push_back(tally);
                metrics.push_back(
                    {tally, "1/operation", "lower", "scalar", "counted by the workload, per operation, over all windows"});
            }
        }
    }
    return metrics;
}

json metrics_json(const measure::TeamPlan& plan, const measure::TeamResult& result, const std::vector<std::string>& tallies) {
    switch (plan.purpose) {
        case Purpose::latency:
            return latency_metrics(result);
        case Purpose::counts:
            return tally_metrics(result, tallies);
        case Purpose::throughput:
            break;
    }
    return throughput_metrics(result);
}

}  // namespace latchmark::launch
