// The answer's members from teams and their windows.
#include "harness/launch/measured.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "harness/counters/reading.hpp"
#include "harness/launch/metrics.hpp"
#include "harness/launch/readings.hpp"
#include "harness/measure/arithmetic.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

json windows_json(const measure::TeamResult& team) {
    json operations = json::array();
    json elapsed = json::array();
    json overlap = json::array();
    for (const auto& window : team.windows) {
        json window_operations = json::array();
        json window_elapsed = json::array();
        for (const auto& worker : window) {
            window_operations.push_back(worker.operations);
            window_elapsed.push_back(worker.end_ns - worker.begin_ns);
        }
        operations.push_back(std::move(window_operations));
        elapsed.push_back(std::move(window_elapsed));
        overlap.push_back(measure::overlap_of(window));
    }
    return {{"operations", std::move(operations)},
            {"elapsed_ns", std::move(elapsed)},
            {"overlap", std::move(overlap)},
            {"counted_from", team.counted_from}};
}

// What is to be doubted about the measurements of a launch, each caution once, and the windows that do not count.
class Cautions {
public:
    void add(const measure::Measurement& measurement) {
        for (const auto& caution : measurement.cautions) {
            if (std::find(cautions_.begin(), cautions_.end(), caution) == cautions_.end()) cautions_.push_back(caution);
        }
        for (const auto& window : measurement.team.windows) left_out_ += measure::is_of_a_team(window) ? 0U : 1U;
        windows_ += measurement.team.windows.size();
    }
    [[nodiscard]] std::vector<std::string> all() const {
        auto cautions = cautions_;
        if (left_out_ > 0) {
            cautions.push_back("left out: " + std::to_string(left_out_) + " of " + std::to_string(windows_) +
                               " windows, in which some worker began after the deadline");
        }
        return cautions;
    }

private:
    std::vector<std::string> cautions_{};
    std::size_t left_out_ = 0;
    std::size_t windows_ = 0;
};

std::uint64_t longest_ns(const std::vector<measure::WorkerWindow>& workers) {
    std::uint64_t longest = 0;
    for (const auto& worker : workers) longest = std::max(longest, worker.end_ns - worker.begin_ns);
    return longest;
}

std::uint64_t windows_ns(const measure::TeamResult& team) {
    std::uint64_t total = 0;
    for (const auto& window : team.windows) total += longest_ns(window);
    return total;
}

}  // namespace

json cost_json(const measure::Measurement& measurement) {
    return {{"set_up_ns", measurement.set_up_ns},
            {"warm_up_ns", longest_ns(measurement.team.warm_up)},
            {"windows_ns", windows_ns(measurement.team)}};
}

json measurement_answer(const PointToMeasure& point, const measure::Measurement& measurement) {
    const auto& team = measurement.team;
    Disturbance disturbance;
    disturbance.add(point.plan.cpus, team);
    Cautions cautions;
    cautions.add(measurement);
    return {{"metrics", metrics_json(point.plan, measurement, *point.variant)},
            {"windows", windows_json(team)},
            {"readings", readings_json(point.plan.roles, team.counts)},
            {"disturbance", disturbance.json()},
            {"cautions", cautions.all()},
            {"cost", cost_json(measurement)}};
}

json pairs_answer(const measure::PairsPlan& plan, const std::vector<std::vector<measure::Measurement>>& pairs,
                  std::uint64_t wall_ns) {
    measure::TeamResult total;
    total.counts.resize(plan.team.cpus.size());
    json overlap = json::array();
    Disturbance disturbance;
    Cautions cautions;
    std::uint64_t warm_up_total_ns = 0;
    std::uint64_t windows_total_ns = 0;
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
        for (const auto& page : pairs[pair]) {
            disturbance.add({plan.pairs[pair].first, plan.pairs[pair].second}, page.team);
            for (std::size_t worker = 0; worker < total.counts.size(); ++worker)
                counters::add(total.counts[worker], page.team.counts[worker]);
            warm_up_total_ns += longest_ns(page.team.warm_up);
            windows_total_ns += windows_ns(page.team);
            cautions.add(page);
        }
        auto window = measure::added_up(pairs[pair]);
        total.windows.push_back(std::move(window.workers));
        overlap.push_back(window.overlap);
    }
    json windows = windows_json(total);
    windows["overlap"] = std::move(overlap);
    return {{"metrics", pair_metrics_json(pairs)},
            {"windows", std::move(windows)},
            {"readings", readings_json(plan.team.roles, total.counts)},
            {"disturbance", disturbance.json()},
            {"cautions", cautions.all()},
            // Making and ending the teams is what it takes to visit so many pairs.
            {"cost",
             {{"set_up_ns", wall_ns - std::min(wall_ns, warm_up_total_ns + windows_total_ns)},
              {"warm_up_ns", warm_up_total_ns},
              {"windows_ns", windows_total_ns}}}};
}

}  // namespace latchmark::launch
