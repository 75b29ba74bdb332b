// From an experiment and a machine to points.
#include "harness/runner/expansion.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "harness/machine/placement.hpp"

namespace latchmark::runner {

namespace {

// Twice as many workers as CPUs: every CPU has a waiting worker beside the running one.
constexpr double kOversubscription = 2.0;

struct Place {
    Placement placement = Placement::spread;
    std::size_t workers = 1;
};

std::vector<std::size_t> steps_of(WorkerSweep sweep, Breadth breadth, const machine::Topology& topology) {
    if (sweep == WorkerSweep::one) return {1};
    if (sweep == WorkerSweep::two) return {2};
    auto steps = machine::worker_steps(topology);
    if (breadth == Breadth::taste) steps = {1, steps.back()};
    // Two workers are what sharing is about: a machine with one core says so in a skipped point.
    steps.push_back(2);
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

class Expansion {
public:
    Expansion(const Experiment& experiment, const Description& description, const Preset& preset,
              const machine::Topology& topology)
        : experiment_(experiment), description_(description), preset_(preset), topology_(topology) {
        for (const auto& axis : experiment.axes) middle_[axis.name] = axis.middle;
        for (const auto& cpu : topology.cpus) node_of_cpu_[cpu.os_id] = cpu.node;
        has_nodes_ = std::any_of(topology.cpus.begin(), topology.cpus.end(),
                                 [&](const machine::Cpu& cpu) { return cpu.node != topology.cpus.front().node; });
    }

    std::vector<Point> points() {
        for (const auto& variant : experiment_.variants)
            for (const Team team : experiment_.teams) add_sweeps(variant, team);
        return std::move(points_);
    }

private:
    void add_sweeps(const Variant& variant, Team team) {
        const auto steps = steps_of_variant(variant);
        if (steps.empty()) return;
        if (const auto why = refuses(variant, team)) {
            add(variant, team, {Placement::spread, steps.front()}, middle_, experiment_.purposes.front(), why);
            return;
        }
        for (const Purpose purpose : experiment_.purposes) {
            if (!yields(variant, purpose)) continue;
            for (const std::size_t workers : steps) add(variant, team, {Placement::spread, workers}, middle_, purpose);
            if (purpose != experiment_.purposes.front()) continue;
            for (const Place& place : other_places(variant, steps)) add(variant, team, place, middle_, purpose);
            add_axes(variant, team, steps, purpose);
        }
    }

    void add_axes(const Variant& variant, Team team, const std::vector<std::size_t>& steps, Purpose purpose) {
        for (const auto& axis : experiment_.axes) {
            for (const double value : values_of(axis)) {
                auto parameters = middle_;
                parameters[axis.name] = value;
                if (preset_.breadth == Breadth::cross)
                    for (const std::size_t workers : steps) add(variant, team, {Placement::spread, workers}, parameters, purpose);
                else
                    add(variant, team, {Placement::spread, std::min<std::size_t>(2, steps.back())}, parameters, purpose);
            }
        }
    }

    [[nodiscard]] std::vector<std::size_t> steps_of_variant(const Variant& variant) const {
        auto steps = steps_of(experiment_.workers, preset_.breadth, topology_);
        std::erase_if(steps, [&](std::size_t workers) { return workers > most_workers(variant); });
        return steps;
    }

    [[nodiscard]] static std::size_t most_workers(const Variant& variant) {
        if (variant.options.never_threaded) return 1;
        return variant.options.most_workers == 0 ? static_cast<std::size_t>(-1) : variant.options.most_workers;
    }

    [[nodiscard]] static std::optional<std::string> refuses(const Variant& variant, Team team) {
        const auto& teams = variant.options.teams;
        if (!teams.empty() && std::find(teams.begin(), teams.end(), team) == teams.end()) return variant.options.teams_reason;
        if (variant.options.never_threaded && team == Team::processes)
            return "it is measured in a process that has never made a thread, not by a team of processes";
        return std::nullopt;
    }

    [[nodiscard]] static bool yields(const Variant& variant, Purpose purpose) {
        if (purpose == Purpose::latency) return variant.records_latency;
        if (purpose == Purpose::counts) return !variant.tallies.empty();
        return true;
    }

    [[nodiscard]] std::vector<Place> other_places(const Variant& variant, const std::vector<std::size_t>& steps) const {
        std::vector<Place> places;
        if (experiment_.workers == WorkerSweep::one || most_workers(variant) < 2) return places;
        for (const Placement placement : experiment_.placements) {
            if (placement == Placement::spread || placement == Placement::oversubscribed) continue;
            places.push_back({placement, 2});
            if (preset_.breadth != Breadth::cross || machine::lacks(topology_, placement)) continue;
            for (const std::size_t workers : steps)
                if (workers > 2 && std::holds_alternative<std::vector<unsigned>>(machine::place(topology_, placement, workers)))
                    places.push_back({placement, workers});
        }
        const std::size_t crowd = machine::oversubscribed_workers(topology_, kOversubscription);
        if (experiment_.oversubscribed && crowd <= most_workers(variant)) places.push_back({Placement::oversubscribed, crowd});
        return places;
    }

    [[nodiscard]] std::vector<double> values_of(const Axis& axis) const {
        auto values = axis.values;
        if (preset_.breadth == Breadth::taste && values.size() > 2) values = {values.front(), values.back()};
        std::erase(values, axis.middle);
        return values;
    }

    void add(const Variant& variant, Team team, const Place& place, const std::map<std::string, double>& parameters,
             Purpose purpose, std::optional<std::string> why_not = std::nullopt) {
        const bool is_crowded = place.placement == Placement::oversubscribed;
        Point point{.experiment = experiment_.name,
                    .variant = variant.name,
                    .team = team,
                    .workers = place.workers,
                    .placement = place.placement,
                    .parameters = parameters,
                    .purpose = purpose,
                    .skip = std::move(why_not),
                    .never_threaded = variant.options.never_threaded,
                    .windows = is_crowded ? 1 : preset_.windows,
                    .window_ns = is_crowded ? preset_.oversubscribed_window_ns : preset_.window_ns,
                    .warm_up_ns = preset_.warm_up_ns};
        if (!point.skip) seat(point);
        point.name = name_of(point, experiment_.axes);
        point.definition = definition_of(point, description_);
        points_.push_back(std::move(point));
    }

    void seat(Point& point) const {
        auto cpus = machine::place(topology_, point.placement, point.workers);
        if (auto* missing = std::get_if<Unavailable>(&cpus)) {
            point.skip = std::move(missing->why);
            return;
        }
        point.cpus = std::move(std::get<std::vector<unsigned>>(cpus));
        // One node has nothing to choose, and asking would only add a way to fail.
        if (has_nodes_) point.node = node_of_cpu_.at(point.cpus.front());
    }

    const Experiment& experiment_;
    const Description& description_;
    const Preset& preset_;
    const machine::Topology& topology_;
    std::map<std::string, double> middle_;
    std::map<unsigned, unsigned> node_of_cpu_;
    bool has_nodes_ = false;
    std::vector<Point> points_;
};

}  // namespace

std::vector<Point> points_of(const Experiment& experiment, const Description& description, const Preset& preset,
                             const machine::Topology& topology) {
    return Expansion(experiment, description, preset, topology).points();
}

}  // namespace latchmark::runner
