// A point: variant x parameters x placement, with everything that a launch of it needs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/runner/description.hpp"
#include "latchmark/experiment.hpp"

namespace latchmark::runner {

// The parameter of a point of the map of cores: which core, in the order of the topology.
inline constexpr const char* kRow = "row";

// The design allows a launch 10 ms beyond windows, warm-up and declared set-up; this is what most take.
inline constexpr double kUsualLaunchNs = 6e6;

struct Point {
    std::string name{};
    std::string experiment{};
    std::string variant{};
    Team team = Team::threads;
    std::size_t workers = 1;
    Placement placement = Placement::spread;
    std::vector<unsigned> cpus{};  // OS id of each worker's CPU; empty when skipped
    // OS ids of the pairs that a launch visits, each on so many fresh pages; `cpus` is the first. None: the team stays put.
    std::vector<std::pair<unsigned, unsigned>> pairs{};
    unsigned pages = 1;
    std::optional<unsigned> node{};  // of worker 0's CPU; none on machines with one node
    std::map<std::string, double> parameters{};
    Purpose purpose = Purpose::throughput;
    std::string definition{};           // equal exactly where two points ask the same question
    std::optional<std::string> skip{};  // why this machine cannot do it
    bool never_threaded = false;
    unsigned windows = 1;  // of the launch, or of each page of each pair
    std::uint64_t window_ns = 0;
    std::uint64_t warm_up_ns = 0;
    double operation_ns = 0;               // as far as it is known: described, then calibrated
    double beyond_ns = kUsualLaunchNs;     // of a launch beyond warm-up and windows, likewise
    std::optional<std::uint64_t> batch{};  // operations between two looks at the clock; none before calibration
    std::optional<double> extra_share{};   // so many more operations than they report do all sides but the first
    friend bool operator==(const Point&, const Point&) = default;
};

// Every CPU that a launch of the point uses, each once.
[[nodiscard]] std::vector<unsigned> cpus_used(const Point& point);

// How many teams a launch of the point starts, each with its own warm-up and windows: one, or one a page of each pair.
[[nodiscard]] std::size_t teams_started(const Point& point);

[[nodiscard]] std::string_view name_of(Team team);
[[nodiscard]] std::string_view name_of(Purpose purpose);

// "false_sharing/counters/packed/workers:2/placement:spread"; with "/team:processes" after the variant unless threads; then
// "/stride:64" for each axis that is not at its middle, "/row:3" in the map of cores, and "/purpose:counts" unless throughput.
[[nodiscard]] std::string name_of(const Point& point, const std::vector<Axis>& axes);

// 16 hexadecimal digits over what is asked: name, variant, parameters, what the metrics mean, the experiment's version,
// purpose, team, workers, placement class. Neither CPU numbers nor times nor the variant's source.
[[nodiscard]] std::string definition_of(const Point& point, const Description& experiment);

// As in the plan file: the members of a point in the run file, and those that only a launch needs.
[[nodiscard]] nlohmann::json to_json(const Point& point);

// Throws UsageError.
[[nodiscard]] Point point_from(const nlohmann::json& json);

}  // namespace latchmark::runner
