// Metrics by purpose: throughput, latency, counts.
#include "harness/launch/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/launch/clock_check.hpp"
#include "harness/launch/metric_names.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/measure/quantile.hpp"
#include "latchmark/base/latency_recorder.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

constexpr const char* kNoTeam = "in every window some worker began after the deadline: its CPU was taken away";

json scalar(double value) { return {{"value", value}}; }

// Over the timed windows in which the workers were a team; why there is no value when there is no such window.
template <typename Function>
json median_over_windows(const measure::TeamResult& result, Function function) {
    std::vector<double> values;
    for (const auto& window : result.timed()) {
        if (measure::is_of_a_team(window)) values.push_back(function(window));
    }
    if (values.empty()) return {{"why", kNoTeam}};
    return scalar(measure::median_of(std::move(values)));
}

// `quantity` of the subject as `name`, and of each other part under the part's name too.
template <typename Function>
void add_by_part(const std::string& name, const measure::TeamPlan& plan, const measure::TeamResult& result,
                 const Variant& variant, Function quantity, json& metrics) {
    const auto of = [&](std::size_t part) {
        return median_over_windows(
            result, [&](const auto& window) { return quantity(measure::workers_of_part(window, plan.parts, part)); });
    };
    constexpr std::size_t kSubject = 0;
    metrics[name] = of(kSubject);
    for (std::size_t part = kSubject + 1; part < variant.parts.names.size(); ++part) {
        const std::string& part_name = variant.parts.names[part];
        metrics[of_part(name, part_name)] = std::count(plan.parts.begin(), plan.parts.end(), part) > 0
                                                ? of(part)
                                                : json{{"why", "this team has no " + part_name}};
    }
}

json throughput_metrics(const measure::TeamPlan& plan, const measure::TeamResult& result, const Variant& variant) {
    std::vector<std::vector<measure::WorkerWindow>> subject;
    for (const auto& window : result.timed()) {
        if (measure::is_of_a_team(window)) subject.push_back(measure::workers_of_part(window, plan.parts, 0));
    }
    json metrics;
    add_by_part("time_per_operation", plan, result, variant, measure::time_per_operation_ns_of, metrics);
    metrics["throughput"] = median_over_windows(
        result, [&](const auto& window) { return measure::throughput_of(measure::workers_of_part(window, plan.parts, 0)); });
    metrics["share"] = subject.empty() ? json{{"why", kNoTeam}} : json{{"values", measure::shares_of(subject)}};
    metrics["start_skew"] =
        median_over_windows(result, [](const auto& window) { return static_cast<double>(measure::start_skew_ns_of(window)); });
    return metrics;
}

// Ten samples beyond it (R10): a quantile that rests on fewer is some single sample's luck.
json far_quantile(const measure::TeamResult& result, double share) {
    constexpr std::uint64_t kFewestBeyond = 10;
    const std::uint64_t beyond = measure::samples_beyond(result.latency_counts, share);
    if (beyond < kFewestBeyond) {
        return {{"why", "only " + std::to_string(beyond) + " of the recorded latencies lie beyond it, which takes " +
                            std::to_string(kFewestBeyond)}};
    }
    return scalar(*measure::quantile_ns_of(result.latency_counts, result.latency_max_ns, share));
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
    const auto median_ns = measure::quantile_ns_of(result.latency_counts, result.latency_max_ns, 0.5);
    if (!median_ns) {
        const json nothing{{"why", "the workload recorded no latency"}};
        return {{"latency", nothing}, {"latency_p50", nothing}, {"latency_p99", nothing}};
    }
    return {{"latency_p50", scalar(*median_ns)},
            {"latency_p99", far_quantile(result, 0.99)},
            {"latency",
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
    const std::uint64_t reported = result.operations - result.extra_operations;
    json metrics;
    for (std::size_t tally = 0; tally < variant.tallies.size(); ++tally) {
        double total = 0;
        for (const auto& worker : result.tallies) total += static_cast<double>(worker[tally]);
        metrics[variant.tallies[tally]] = scalar(total / operations);
    }
    for (std::size_t tally = 0; tally < variant.final_tallies.size(); ++tally) {
        // What is known at the end is known of the warm-up too.
        metrics[variant.final_tallies[tally]] =
            scalar(static_cast<double>(measurement.final_tallies[tally]) / static_cast<double>(reported));
    }
    return metrics;
}

json metrics_of_purpose(const measure::TeamPlan& plan, const measure::Measurement& measurement, const Variant& variant) {
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

json quantity_json(const OrUnavailable<double>& quantity) {
    if (const auto* missing = std::get_if<Unavailable>(&quantity)) return {{"why", missing->why}};
    const double value = std::get<double>(quantity);
    // JSON has no word for it, and a reader would find neither a value nor a reason.
    if (!std::isfinite(value)) return {{"why", "the workload's value is no finite number"}};
    return scalar(value);
}

}  // namespace

json metrics_json(const measure::TeamPlan& plan, const measure::Measurement& measurement, const Variant& variant) {
    json metrics = metrics_of_purpose(plan, measurement, variant);
    // Tallies cost time, so that the CPU time of their points is nobody's.
    if (plan.purpose != Purpose::counts)
        add_by_part(kCpuTime, plan, measurement.team, variant, measure::cpu_time_per_operation_ns_of, metrics);
    for (std::size_t i = 0; i < variant.quantities.size(); ++i)
        metrics[std::string(variant.quantities[i].name)] = quantity_json(measurement.quantities.at(i));
    return metrics;
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
