// Visits pair after pair and says what their pages have in common.
#include "harness/measure/pairs.hpp"

#include <algorithm>

#include "harness/machine/pinning.hpp"
#include "harness/measure/arithmetic.hpp"

namespace latchmark::measure {

std::vector<std::vector<Measurement>> measure_pairs(const Variant& variant, PairsPlan plan, const Setting& setting) {
    std::vector<std::vector<Measurement>> measurements;
    for (const auto& [first, second] : plan.pairs) {
        plan.team.cpus = {first, second};
        std::optional<unsigned> node;
        if (plan.has_nodes) {
            if (const auto why = machine::pin_this_thread(first)) throw TeamFailed(*why);
            node = machine::node_of_this_cpu();
        }
        measurements.push_back(measure_on_pages(variant, plan.team, setting, node, plan.pages));
    }
    return measurements;
}

PairWindow added_up(const std::vector<Measurement>& pages) {
    PairWindow pair;
    double together_ns = 0;
    double span_ns = 0;
    for (const auto& page : pages) {
        for (const auto& window : page.team.windows) {
            pair.workers.resize(window.size());
            for (std::size_t worker = 0; worker < window.size(); ++worker) {
                pair.workers[worker].operations += window[worker].operations;
                pair.workers[worker].end_ns += window[worker].end_ns - window[worker].begin_ns;
            }
            const auto [first, last] = std::ranges::minmax(window, {}, &WorkerWindow::begin_ns);
            const auto last_end_ns = std::ranges::max(window, {}, &WorkerWindow::end_ns).end_ns;
            const auto window_span_ns = static_cast<double>(last_end_ns - first.begin_ns);
            together_ns += overlap_of(window) * window_span_ns;
            span_ns += window_span_ns;
        }
    }
    pair.overlap = together_ns / span_ns;
    return pair;
}

std::optional<PairTime> time_of(const std::vector<Measurement>& pages) {
    std::vector<double> times_ns;
    for (const auto& page : pages) {
        for (const auto& window : page.team.windows) {
            if (is_of_a_team(window)) times_ns.push_back(one_way_ns_of(window));
        }
    }
    if (times_ns.empty()) return std::nullopt;
    const auto [smallest, largest] = std::ranges::minmax(times_ns);
    const double median_ns = median_of(times_ns);
    return PairTime{.one_way_ns = median_ns, .page_spread = (largest - smallest) / median_ns};
}

}  // namespace latchmark::measure
