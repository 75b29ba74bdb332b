// The places of a sweep.
#include "harness/runner/sweep.hpp"

#include <algorithm>
#include <variant>

#include "harness/machine/placement.hpp"
#include "harness/runner/steps.hpp"

namespace latchmark::runner {

namespace {

using Steps = std::vector<std::size_t>;

// With 1.5 times as many workers as CPUs some workers never wait for a CPU, with twice as many all do.
constexpr double kSomeWait = 1.5;
constexpr double kAllWait = 2.0;

bool contains(const auto& all, const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

std::vector<Place> spread(const Steps& steps) {
    std::vector<Place> places;
    for (const std::size_t workers : steps) places.push_back({Placement::spread, workers});
    return places;
}

std::size_t most_workers(const Variant& variant) {
    if (variant.options.never_threaded) return 1;
    return variant.options.most_workers == 0 ? static_cast<std::size_t>(-1) : variant.options.most_workers;
}

// Two workers, or as many as there are where that is one.
std::size_t two_of(const Steps& steps) { return std::min<std::size_t>(2, steps.back()); }

Steps steps_of(const Experiment& experiment, Rungs rungs, const machine::Topology& topology) {
    if (experiment.workers == WorkerSweep::one) return {1};
    const bool from_two = experiment.workers == WorkerSweep::two_to_all_cores;
    if (!from_two && experiment.workers != WorkerSweep::one_to_all_cores) return {2};
    auto steps = runner::steps_of(rungs, topology);
    if (from_two) std::erase(steps, 1U);
    return steps;
}

Rungs rungs_of(Breadth breadth, Rungs of_steps) {
    if (breadth == Breadth::taste) return Rungs::ends;
    return breadth == Breadth::cross ? Rungs::every : of_steps;
}

}  // namespace

Sweep::Sweep(const Experiment& experiment, Breadth breadth, const machine::Topology& topology)
    : experiment_(experiment),
      breadth_(breadth),
      topology_(topology),
      tasted_steps_(steps_of(experiment, rungs_of(breadth, Rungs::thinned), topology)),
      other_steps_(steps_of(experiment, rungs_of(breadth, Rungs::coarse), topology)) {
    for (const Placement placement : experiment.placements) {
        if (placement == Placement::spread || placement == Placement::oversubscribed) continue;
        class_places_.push_back({placement, 2});
        if (breadth != Breadth::cross || machine::lacks(topology, placement)) continue;
        for (const std::size_t workers : tasted_steps_)
            if (workers > 2 && std::holds_alternative<std::vector<unsigned>>(machine::place(topology, placement, workers)))
                class_places_.push_back({placement, workers});
    }
}

bool Sweep::has(const Variant& variant) const {
    return (breadth_ != Breadth::taste || is_tasted(variant)) && !steps(variant).empty();
}

bool Sweep::is_tasted(const Variant& variant) const {
    return experiment_.taste.empty() || contains(experiment_.taste, variant.name);
}

bool Sweep::is_first(const Variant& variant, Team team) const {
    const auto& possible = variant.options.teams;
    const auto first = std::find_if(experiment_.teams.begin(), experiment_.teams.end(),
                                    [&](Team one) { return possible.empty() || contains(possible, one); });
    return first != experiment_.teams.end() && *first == team;
}

bool Sweep::is_glance(const Variant& variant) const {
    return breadth_ == Breadth::taste || (breadth_ == Breadth::steps && !is_tasted(variant));
}

Steps Sweep::steps(const Variant& variant) const {
    auto steps = is_tasted(variant) ? tasted_steps_ : other_steps_;
    std::erase_if(steps, [&](std::size_t workers) { return workers > most_workers(variant); });
    return steps;
}

bool Sweep::leaves_out(const Variant& variant, Team team, Purpose purpose) const {
    if (!experiment_.keeps_to_first || !is_glance(variant)) return false;
    const bool is_told_with_time = purpose == Purpose::counts && !variant.final_tallies.empty();
    return !is_first(variant, team) || !(is_first(purpose) || is_told_with_time);
}

std::vector<Place> Sweep::places(const Variant& variant, Team team, Purpose purpose) const {
    if (leaves_out(variant, team, purpose)) return {};
    if (experiment_.workers == WorkerSweep::two_at_placements) return classes(variant);
    const auto every = steps(variant);
    if (is_first(purpose) && (is_first(variant, team) || is_crossed(variant))) return widest(variant);
    if (is_crossed(variant)) return spread(every);
    if (!is_first(purpose) && !is_first(variant, team)) return {};
    if (!is_first(purpose)) return spread({every.back()});
    if (is_glance(variant) || two_of(every) == every.back()) return spread({two_of(every)});
    return spread({two_of(every), every.back()});
}

std::vector<double> Sweep::values_off_middle(const Axis& axis) const {
    const bool takes_few = breadth_ == Breadth::taste && !axis.taste_values.empty();
    auto values = takes_few ? axis.taste_values : axis.values;
    std::erase(values, axis.middle);
    return values;
}

std::vector<Place> Sweep::places_off_middle(const Variant& variant, Team team, const Axis& axis) const {
    if (!axis.variants.empty() && !contains(axis.variants, variant.name)) return {};
    if (breadth_ == Breadth::taste && !axis.in_taste) return {};
    if (!is_first(variant, team) && !is_crossed(variant)) return {};
    if (experiment_.workers == WorkerSweep::two_at_placements) return classes(variant);
    return spread(is_crossed(variant) ? steps(variant) : Steps{two_of(steps(variant))});
}

std::vector<Place> Sweep::widest(const Variant& variant) const {
    const auto every = steps(variant);
    auto places = spread(every);
    const bool has_classes = breadth_ == Breadth::cross || (!is_glance(variant) && !experiment_.keeps_placements);
    if (has_classes && every.back() > 1) {
        const auto more = classes(variant);
        places.insert(places.end(), more.begin(), more.end());
    }
    for (const std::size_t crowd : crowds(variant)) places.push_back({Placement::oversubscribed, crowd});
    return places;
}

std::vector<Place> Sweep::classes(const Variant& variant) const {
    auto places = class_places_;
    const std::size_t most = is_crossed(variant) ? most_workers(variant) : 2;
    std::erase_if(places, [&](const Place& place) { return place.workers > most; });
    return places;
}

// On one CPU both factors mean two workers.
std::set<std::size_t> Sweep::crowds(const Variant& variant) const {
    if (!experiment_.oversubscribed) return {};
    std::set<std::size_t> crowds{machine::oversubscribed_workers(topology_, kAllWait)};
    if (breadth_ == Breadth::cross) crowds.insert(machine::oversubscribed_workers(topology_, kSomeWait));
    std::erase_if(crowds, [&](std::size_t workers) { return workers > most_workers(variant); });
    return crowds;
}

}  // namespace latchmark::runner
