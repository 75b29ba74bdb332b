// From an experiment and a machine to points.
#include "harness/runner/expansion.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "harness/machine/placement.hpp"
#include "harness/runner/sweep.hpp"

namespace latchmark::runner {

namespace {

using machine::CpuPair;

// Judgement: a thousand hand-overs to the farthest CPU take 0.3 ms, and a team is started for each page of each pair. A row of
// the map has many pairs and gets fresh pages in every round, so half the time and a quarter of the pages do.
constexpr std::uint64_t kPairWarmUpNs = 200'000;
constexpr std::uint64_t kPairWindowNs = 1'000'000;
constexpr unsigned kRowWindowShare = 2;
constexpr unsigned kRowPagesShare = 4;

class Expansion {
public:
    Expansion(const Experiment& experiment, const Description& description, const Preset& preset,
              const machine::Topology& topology)
        : experiment_(experiment),
          description_(description),
          preset_(preset),
          topology_(topology),
          sweep_(experiment, preset.breadth, topology) {
        for (const auto& axis : experiment.axes) middle_[axis.name] = axis.middle;
        for (const auto& cpu : topology.cpus) node_of_cpu_[cpu.os_id] = cpu.node;
        has_nodes_ = std::any_of(topology.cpus.begin(), topology.cpus.end(),
                                 [&](const machine::Cpu& cpu) { return cpu.node != topology.cpus.front().node; });
    }

    std::vector<Point> points() {
        for (const auto& variant : experiment_.variants) {
            if (!sweep_.has(variant)) continue;
            for (const Team team : experiment_.teams) add_variant(variant, team);
            if (preset_.breadth == Breadth::cross && variant.name == experiment_.baseline) add_map(variant);
        }
        return std::move(points_);
    }

private:
    void add_variant(const Variant& variant, Team team) {
        if (sweep_.leaves_out(variant, team, experiment_.purposes.front())) return;
        if (const auto why = refuses(variant, team))
            add_refusal(variant, team, *why);
        else if (experiment_.workers == WorkerSweep::pairs)
            add_pairs(variant, team);
        else
            add_places(variant, team);
    }

    void add_places(const Variant& variant, Team team) {
        for (const Purpose purpose : experiment_.purposes) {
            if (!yields(variant, purpose)) continue;
            for (const Place& place : sweep_.places(variant, team, purpose)) add_seated(point_of(variant, team, place, purpose));
        }
        for (const auto& axis : experiment_.axes) {
            for (const double value : sweep_.values_off_middle(axis)) {
                for (const Place& place : sweep_.places_off_middle(variant, team, axis)) {
                    auto point = point_of(variant, team, place, experiment_.purposes.front());
                    point.parameters[axis.name] = value;
                    add_seated(std::move(point));
                }
            }
        }
    }

    void add_pairs(const Variant& variant, Team team) {
        for (const Placement placement : experiment_.placements) {
            auto point = pair_point_of(variant, team, placement);
            auto pairs = machine::pairs_of(topology_, placement, experiment_.pair_sampling.pairs_per_class);
            if (auto* missing = std::get_if<Unavailable>(&pairs))
                point.skip = std::move(missing->why);
            else
                visit(std::get<std::vector<CpuPair>>(std::move(pairs)), experiment_.pair_sampling.pages, point);
            add(std::move(point));
        }
    }

    void add_map(const Variant& variant) {
        if (experiment_.workers != WorkerSweep::pairs) return;
        unsigned row = 0;
        for (auto& pairs : machine::map_rows(topology_)) {
            auto point = pair_point_of(variant, experiment_.teams.front(), Placement::map_row);
            point.parameters[kRow] = row++;
            point.window_ns /= kRowWindowShare;
            visit(std::move(pairs), std::max(1U, experiment_.pair_sampling.pages / kRowPagesShare), point);
            add(std::move(point));
        }
    }

    [[nodiscard]] Point pair_point_of(const Variant& variant, Team team, Placement placement) const {
        auto point = point_of(variant, team, {placement, 2}, experiment_.purposes.front());
        point.windows = 1;
        point.window_ns = kPairWindowNs;
        point.warm_up_ns = kPairWarmUpNs;
        return point;
    }

    void visit(std::vector<CpuPair> pairs, unsigned pages, Point& point) const {
        seat({pairs.front().first, pairs.front().second}, point);
        point.pairs = std::move(pairs);
        point.pages = pages;
    }

    [[nodiscard]] static std::optional<std::string> refuses(const Variant& variant, Team team) {
        const auto& [teams, reason] = std::tie(variant.options.teams, variant.options.teams_reason);
        if (!variant.options.absent.empty()) return variant.options.absent;
        if (!teams.empty() && std::find(teams.begin(), teams.end(), team) == teams.end()) return reason;
        if (variant.options.never_threaded && team == Team::processes)
            return "it is measured in a process that has never made a thread, not by a team of processes";
        return std::nullopt;
    }

    [[nodiscard]] static bool yields(const Variant& variant, Purpose purpose) {
        if (purpose == Purpose::latency) return variant.records_latency;
        if (purpose == Purpose::counts) return !variant.tallies.empty() || !variant.final_tallies.empty();
        return true;
    }

    void add_refusal(const Variant& variant, Team team, const std::string& why) {
        // Said once: what the build lacks it lacks for every team.
        if (!variant.options.absent.empty() && team != experiment_.teams.front()) return;
        const Place place{Placement::spread, sweep_.steps(variant).front()};
        auto point = point_of(variant, team, place, experiment_.purposes.front());
        point.skip = why;
        add(std::move(point));
    }

    [[nodiscard]] Point point_of(const Variant& variant, Team team, const Place& place, Purpose purpose) const {
        const bool takes_turns =
            place.placement == Placement::oversubscribed || (place.placement == Placement::same_cpu && place.workers > 1);
        return {.experiment = experiment_.name,
                .variant = variant.name,
                .team = team,
                .workers = place.workers,
                .placement = place.placement,
                .parameters = middle_,
                .purpose = purpose,
                .never_threaded = variant.options.never_threaded,
                .windows = takes_turns ? 1 : preset_.windows,
                .window_ns = takes_turns ? preset_.oversubscribed_window_ns : preset_.window_ns,
                .warm_up_ns = preset_.warm_up_ns};
    }

    void add_seated(Point point) {
        const auto& cpus = seats(point.placement, point.workers);
        if (const auto* missing = std::get_if<Unavailable>(&cpus)) {
            point.skip = missing->why;
        } else {
            seat(std::get<std::vector<unsigned>>(cpus), point);
        }
        add(std::move(point));
    }

    void seat(std::vector<unsigned> cpus, Point& point) const {
        point.cpus = std::move(cpus);
        // One node has nothing to choose, and asking would only add a way to fail.
        if (has_nodes_) point.node = node_of_cpu_.at(point.cpus.front());
    }

    // Remembered: thousands of points of a large machine share some dozen places.
    const OrUnavailable<std::vector<unsigned>>& seats(Placement placement, std::size_t workers) {
        const auto key = std::pair(placement, workers);
        if (const auto known = seats_.find(key); known != seats_.end()) return known->second;
        return seats_.emplace(key, machine::place(topology_, placement, workers)).first->second;
    }

    void add(Point point) {
        if (experiment_.expects && !point.skip) {
            const Setting setting{.workers = point.workers, .team = point.team, .parameters = point.parameters};
            const Expected expected = experiment_.expects(point.variant, setting);
            point.operation_ns = expected.operation_ms * 1e6;
            point.beyond_ns += expected.set_up_ms * 1e6;
        }
        point.name = name_of(point, experiment_.axes);
        point.definition = definition_of(point, description_);
        points_.push_back(std::move(point));
    }

    const Experiment& experiment_;
    const Description& description_;
    const Preset& preset_;
    const machine::Topology& topology_;
    Sweep sweep_;
    std::map<std::string, double> middle_{};
    std::map<unsigned, unsigned> node_of_cpu_{};
    bool has_nodes_ = false;
    std::map<std::pair<Placement, std::size_t>, OrUnavailable<std::vector<unsigned>>> seats_{};
    std::vector<Point> points_{};
};

}  // namespace

std::vector<Point> points_of(const Experiment& experiment, const Description& description, const Preset& preset,
                             const machine::Topology& topology) {
    return Expansion(experiment, description, preset, topology).points();
}

}  // namespace latchmark::runner
