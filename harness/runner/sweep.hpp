// Where an experiment is measured: with how many workers, at which placements.
#pragma once
#include <cstddef>
#include <set>
#include <vector>

#include "harness/machine/topology.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

struct Place {
    Placement placement = Placement::spread;
    std::size_t workers = 1;
};

// The table of latchmark/preset.hpp, for one experiment on one machine. Refers to its arguments.
class Sweep {
public:
    Sweep(const Experiment& experiment, Breadth breadth, const machine::Topology& topology);

    // Does this breadth measure the variant at all?
    [[nodiscard]] bool has(const Variant& variant) const;

    // Ascending; empty when the experiment needs more workers than the variant can have.
    [[nodiscard]] std::vector<std::size_t> steps(const Variant& variant) const;

    [[nodiscard]] std::vector<Place> places(const Variant& variant, Team team, Purpose purpose) const;

    // Are this team and purpose left to wider presets?
    [[nodiscard]] bool leaves_out(const Variant& variant, Team team, Purpose purpose) const;

    // Which values of the axis this breadth takes beside its middle.
    [[nodiscard]] std::vector<double> values_off_middle(const Axis& axis) const;

    // Where the variant is measured off the middle of this axis.
    [[nodiscard]] std::vector<Place> places_off_middle(const Variant& variant, Team team, const Axis& axis) const;

private:
    [[nodiscard]] bool is_tasted(const Variant& variant) const;
    [[nodiscard]] bool is_crossed(const Variant& variant) const { return breadth_ == Breadth::cross && is_tasted(variant); }
    [[nodiscard]] bool is_glance(const Variant& variant) const;
    // The first team that the variant can have: one of processes alone is not left without axes and purposes.
    [[nodiscard]] bool is_first(const Variant& variant, Team team) const;
    [[nodiscard]] bool is_first(Purpose purpose) const { return purpose == experiment_.purposes.front(); }
    [[nodiscard]] std::vector<Place> widest(const Variant& variant) const;
    [[nodiscard]] std::vector<Place> classes(const Variant& variant) const;
    [[nodiscard]] std::set<std::size_t> crowds(const Variant& variant) const;

    const Experiment& experiment_;
    Breadth breadth_;
    const machine::Topology& topology_;
    std::vector<std::size_t> tasted_steps_, other_steps_;
    std::vector<Place> class_places_{};  // two workers, then what more of the tasted steps fit into the class
};

}  // namespace latchmark::runner
