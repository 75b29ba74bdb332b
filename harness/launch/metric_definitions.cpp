// What each metric of an experiment means: those of its first purpose first, since the first metric is the headline.
#include <algorithm>

#include "harness/launch/metric_names.hpp"
#include "harness/launch/metrics.hpp"

namespace latchmark::launch {
namespace {

using Names = std::vector<std::string>;

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

class Definitions {
public:
    explicit Definitions(const Experiment& experiment) : experiment_(experiment) {}

    std::vector<MetricDefinition> all() {
        for (const Purpose purpose : experiment_.purposes) {
            if (purpose == Purpose::throughput) add_throughput();
            if (purpose == Purpose::latency) add_latency();
            if (purpose == Purpose::counts) add_counts();
            if (purpose != Purpose::counts) add_cpu_time();
        }
        for (const auto& variant : experiment_.variants) {
            for (const auto& quantity : variant.quantities) {
                add({std::string(quantity.name), std::string(quantity.unit), std::string(quantity.direction), "scalar",
                     std::string(quantity.meaning)});
            }
        }
        return std::move(metrics_);
    }

private:
    // Each once: variants share parts, tallies and quantities, and purposes the CPU time.
    void add(MetricDefinition metric) {
        const bool is_new = std::ranges::find(metrics_, metric.name, &MetricDefinition::name) == metrics_.end();
        if (is_new) metrics_.push_back(std::move(metric));
    }

    void add_throughput() {
        add({"time_per_operation", "ns", "lower", "scalar",
             "time that one operation takes one worker; median of the launch's timed windows. Where workers differ, of the first "
             "part: the subject"});
        add({"throughput", "operations/s", "higher", "scalar",
             "operations of the whole team, or of its subject where workers have parts; sum of their own rates, median of the "
             "timed windows"});
        add({"share", "share", "none", "vector",
             "each worker's part of the team's operations, over the timed windows in which all were a team"});
        add({"start_skew", "ns", "none", "scalar", "latest minus earliest begin of the workers; median of the timed windows"});
        for (const auto& part : other_parts()) {
            add({of_part("time_per_operation", part), "ns", "lower", "scalar",
                 "time that one operation takes one " + part + "; median of the launch's timed windows"});
        }
    }

    void add_latency() {
        const std::string what = experiment_.latency.empty() ? "time of single operations" : experiment_.latency;
        add({"latency_p50", "ns", "lower", "scalar", "half of the launch's latencies are at most so long; latency: " + what});
        add({"latency_p99", "ns", "lower", "scalar", "99 of 100 of the launch's latencies are at most so long"});
        add({"latency", "ns", "lower", "histogram", what + ", clock reads included"});
    }

    void add_cpu_time() {
        add({kCpuTime, "ns", "lower", "scalar",
             "CPU time, user and kernel, that one operation takes the worker that does it; median of the launch's timed windows. "
             "Where "
             "workers differ, of the first part: the subject"});
        for (const auto& part : other_parts()) {
            add({of_part(kCpuTime, part), "ns", "lower", "scalar",
                 "CPU time, user and kernel, that one operation takes one " + part + "; median of the launch's timed windows"});
        }
    }

    void add_counts() {
        for (const auto& variant : experiment_.variants) {
            for (const auto& tally : variant.tallies)
                add({tally, "1/operation", "lower", "scalar", "counted by the workload, per operation, over all windows"});
        }
        for (const auto& variant : experiment_.variants) {
            for (const auto& tally : variant.final_tallies) {
                add({tally, "1/operation", "lower", "scalar",
                     "counted by the workload at the end of the team, per operation, warm-up included"});
            }
        }
    }

    [[nodiscard]] Names other_parts() const {
        Names parts;
        for (const auto& variant : experiment_.variants) {
            const auto& names = variant.parts.names;
            if (!names.empty()) parts.insert(parts.end(), names.begin() + 1, names.end());
        }
        return parts;
    }

    const Experiment& experiment_;
    std::vector<MetricDefinition> metrics_{};
};

}  // namespace

std::vector<MetricDefinition> metrics_of(const Experiment& experiment) {
    return experiment.workers == WorkerSweep::pairs ? pair_metrics() : Definitions(experiment).all();
}

}  // namespace latchmark::launch
