// One point measured on several pairs of CPUs, each pair on several fresh pages: for what depends on where two workers sit.
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "harness/measure/measurement.hpp"

namespace latchmark::measure {

struct PairsPlan {
    TeamPlan team{};  // of two; its CPUs are those of each pair in turn
    std::vector<std::pair<unsigned, unsigned>> pairs{};
    unsigned pages = 1;
    bool has_nodes = false;  // several memory nodes: the pages of a pair lie on that of its first CPU
};

// Pairs outside, pages inside. Throws as measure() does.
[[nodiscard]] std::vector<std::vector<Measurement>> measure_pairs(const Variant& variant, PairsPlan plan, const Setting& setting);

// What the launch says of a pair: its pages added up, as if they were one window.
struct PairWindow {
    std::vector<WorkerWindow> workers{};  // each begins at 0 and ends when its windows' times are added up
    double overlap = 0;
};
[[nodiscard]] PairWindow added_up(const std::vector<Measurement>& pages);

// Median over the pages of the time of one way, and how far the pages are apart: (largest - smallest) / median. Pages whose
// workers were no team are left out; none when no page is left.
struct PairTime {
    double one_way_ns = 0;
    double page_spread = 0;
    friend bool operator==(const PairTime&, const PairTime&) = default;
};
[[nodiscard]] std::optional<PairTime> time_of(const std::vector<Measurement>& pages);

}  // namespace latchmark::measure
