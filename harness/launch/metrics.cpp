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

constexpr const char* kNoTeam = "in every window some worker began after the deadline: its CPU was taken away";

json scalar(double value) { return {{"value", value}}; }

// Over the windows in which the workers were a team; why there is no value when there is no such window.
template <typename Function>
json median_over_windows(const measure::TeamResult& result, Function function) {
    std::vector<double> values;
    for (const auto& window : result.windows) {
        if (measure::is_of_a_team(window)) values.push_back(function(window));
    }
    if (values.empty()) return {{"why", kNoTeam}};
    return scalar(measure::median_of(std::move(values)));
}

std::string time_of_part(const std::string& part) { return "time_per_operation_of_" + part; }

json throughput_metrics(const measure::TeamPlan& plan, const measure::TeamResult& result, const Variant& variant) {
    const auto of_part = [&](std::size_t part, auto quantity) {
        return median_over_windows(
            result, [&](const auto& window) { return quantity(measure::workers_of_part(window, plan.parts, part)); });
    };
    constexpr std::size_t kSubject = 0;
    json metrics;
    metrics["time_per_operation"] = of_part(kSubject, measure::time_per_operation_ns_of);
    metrics["throughput"] = of_part(kSubject, measure::throughput_of);
    std::vector<std::vector<measure::WorkerWindow>> subject;
    for (const auto& window : result.windows) {
        if (measure::is_of_a_team(window)) subject.push_back(measure::workers_of_part(window, plan.parts, kSubject));
    }
    metrics["share"] = subject.empty() ? json{{"why", kNoTeam}} : json{{"values", measure::shares_of(subject)}};
    for (std::size_t part = 1; part < variant.parts.names.size(); ++part) {
        const std::string& name = variant.parts.names[part];
        metrics[time_of_part(name)] = std::count(plan.parts.begin(), plan.parts.end(), part) > 0
                                          ? of_part(part, measure::time_per_operation_ns_of)
                                          : json{{"why", "this team has no " + name}};
    }
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

json tally_metrics(const measure::Measurement& measurement, const Variant& variant) {
    const auto& result = measurement.team;
    double operations = 0;
    for (const auto& window : result.windows) {
        for (const auto& worker : window) operations += static_cast<double>(worker.operations);
    }
    json metrics;
    for (std::size_t tally = 0; tally < variant.tallies.size(); ++tally) {
        double total = 0;
        for (const auto& worker : result.tallies) total += static_cast<double>(worker[tally]);
        metrics[variant.tallies[tally]] = scalar(total / operations);
    }
    for (std::size_t tally = 0; tally < variant.final_tallies.size(); ++tally) {
        // What is known at the end is known of the warm-up too.
        metrics[variant.final_tallies[tally]] =
            scalar(static_cast<double>(measurement.final_tallies[tally]) / static_cast<double>(result.operations));
    }
    return metrics;
}

const std::vector<MetricDefinition>& pair_metrics() {
    static const std::vector<MetricDefinition> metrics{
        {"one_way", "ns", "lower", "scalar",
         "time from one hand-over to the next one, the other way: elapsed time over the hand-overs of both workers; median over "
         "the pairs of the median over the pages"},
        {"one_way_by_pair", "ns", "lower", "vector", "the same for each pair of the point: median over the pages"},
        {"page_spread_by_pair", "share", "none", "vector", "(largest - smallest) / median over the pages of each pair"},
    };
    return metrics;
}

// Each once, in order of appearance.
void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
    for (const auto& name : more) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
}

}  // namespace

std::vector<MetricDefinition> metrics_of(const Experiment& experiment) {
    if (experiment.workers == WorkerSweep::pairs) return pair_metrics();
    std::vector<MetricDefinition> metrics{
        {"time_per_operation", "ns", "lower", "scalar",
         "time that one operation takes one worker; median of the launch's windows. Where workers differ, of the first part: "
         "the subject"},
        {"throughput", "operations/s", "higher", "scalar",
         "operations of the whole team, or of its subject where workers have parts; sum of their own rates, median of the "
         "windows"},
        {"share", "share", "none", "vector",
         "each worker's part of the team's operations, over the windows in which all were a team"},
        {"start_skew", "ns", "none", "scalar", "latest minus earliest begin of the workers; median of the windows"},
    };
    std::vector<std::string> parts;
    for (const auto& variant : experiment.variants) {
        if (!variant.parts.names.empty()) add_new(parts, {variant.parts.names.begin() + 1, variant.parts.names.end()});
    }
    for (const auto& part : parts) {
        metrics.push_back({time_of_part(part), "ns", "lower", "scalar",
                           "time that one operation takes one " + part + "; median of the launch's windows"});
    }
    const auto has = [&](Purpose purpose) {
        return std::find(experiment.purposes.begin(), experiment.purposes.end(), purpose) != experiment.purposes.end();
    };
    if (has(Purpose::latency)) {
        metrics.push_back({"latency", "ns", "lower", "histogram", "time of single operations, clock reads included"});
    }
    if (has(Purpose::counts)) {
        std::vector<std::string> tallies;
        std::vector<std::string> final_tallies;
        for (const auto& variant : experiment.variants) {
            add_new(tallies, variant.tallies);
            add_new(final_tallies, variant.final_tallies);
        }
        for (const auto& tally : tallies) {
            metrics.push_back(
                {tally, "1/operation", "lower", "scalar", "counted by the workload, per operation, over all windows"});
        }
        for (const auto& tally : final_tallies) {
            metrics.push_back({tally, "1/operation", "lower", "scalar",
                               "counted by the workload at the end of the team, per operation, warm-up included"});
        }
    }
    return metrics;
}

json metrics_json(const measure::TeamPlan& plan, const measure::Measurement& measurement, const Variant& variant) {
    switch (plan.purpose) {
        case Purpose::latency:
            return latency_metrics(measurement.team);
        case Purpose::counts:
            return tally_metrics(measurement, variant);
        case Purpose::throughput:
            break;
    }
    return throughput_metrics(plan, measurement.team, variant);
}

json pair_metrics_json(const std::vector<std::vector<measure::Measurement>>& pairs) {
    std::vector<double> one_way_ns;
    std::vector<double> page_spread;
    for (const auto& pages : pairs) {
        const auto time = measure::time_of(pages);
        if (!time) continue;
        one_way_ns.push_back(time->one_way_ns);
        page_spread.push_back(time->page_spread);
    }
    const json lost{{"why", "on every page of some pair a worker began after the deadline: its CPU was taken away"}};
    const bool is_complete = one_way_ns.size() == pairs.size();
    json metrics;
    metrics["one_way"] = one_way_ns.empty() ? lost : scalar(measure::median_of(one_way_ns));
    metrics["one_way_by_pair"] = is_complete ? json{{"values", one_way_ns}} : lost;
    metrics["page_spread_by_pair"] = is_complete ? json{{"values", page_spread}} : lost;
    return metrics;
}

}  // namespace latchmark::launch
