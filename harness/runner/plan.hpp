// What a run will do, written down before it starts: everything that its launches, sides and continuations must share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/protocol.hpp"
#include "harness/machine/topology.hpp"
#include "harness/runner/description.hpp"
#include "harness/runner/point.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

struct ClockFacts {
    double resolution_ns = 0;
    double read_ns = 0;
    double chain_step_ns = 0;
    friend bool operator==(const ClockFacts&, const ClockFacts&) = default;
};

// More would take years; a bound makes the refusal of 0 readable.
inline constexpr unsigned kMostRounds = 1'000'000;

struct Plan {
    std::string preset{};
    std::string machine{};         // hash of the hard key; empty for a described machine, which measures nothing
    std::string machine_source{};  // "this machine", or the description
    std::uint64_t seed = 0;
    unsigned rounds = 1;
    unsigned windows = 1;
    std::uint64_t window_ns = 1;
    std::uint64_t warm_up_ns = 0;
    std::uint64_t oversubscribed_window_ns = 1;
    std::vector<unsigned> seats{};                // for what workloads make themselves: OS ids of CPUs, one a core
    std::optional<std::size_t> minimum_points{};  // fewer measured ones are a fault; none where nothing is promised
    std::optional<ClockFacts> clock{};            // none before calibration
    std::vector<std::string> unresponsive{};      // roles that failed this run's positive control; a plan file is of no run
    std::vector<Description> experiments{};
    std::vector<Point> points{};
};

// What a person may change about a preset.
struct Changes {
    std::optional<std::string> filter{};  // ECMAScript regular expression, searched in the points' names
    std::optional<unsigned> rounds{};
    std::optional<std::uint64_t> seed{};
};

// Throws UsageError naming the presets there are.
[[nodiscard]] const Preset& find_preset(const Catalogue& catalogue, const std::string& name);

// Pure. None where the preset selects no point: an outsider's catalogue may lack whole families. Throws std::invalid_argument
// for a description that contradicts itself.
[[nodiscard]] std::optional<Plan> plan_if_any(const Catalogue& catalogue, const Preset& preset, const machine::Topology& topology,
                                              const std::string& hard_key_hash, std::uint64_t seed);

// The same; throws UsageError when the preset selects no point.
[[nodiscard]] Plan plan_of(const Catalogue& catalogue, const Preset& preset, const machine::Topology& topology,
                           const std::string& hard_key_hash, std::uint64_t seed);

// Keeps the points whose names match and the experiments that still have one; a part of a preset has no minimum.
// Throws UsageError for a filter that is no regular expression or matches nothing.
void apply(const Changes& changes, Plan& plan);

// Expected seconds of one launch, and of the launch that calibrates.
[[nodiscard]] double launch_s(const Point& point);
[[nodiscard]] double calibration_s(const Point& point);

// Of the whole plan with this many sides, calibration included where it is still to do.
[[nodiscard]] double expected_s(const Plan& plan, std::size_t sides);

// At least 100 operations of each worker fit into a window (R6); at most ten times as long as planned.
[[nodiscard]] std::uint64_t lengthened_window_ns(std::uint64_t planned_ns, double time_per_operation_ns);

// How many of the planned windows are left when they are lengthened: together at most three times as long as planned, but four.
[[nodiscard]] unsigned fewer_windows(unsigned planned, std::uint64_t planned_ns, std::uint64_t lengthened_ns);

// The launch of one point in one round: the same on every side, but for a point's extra operations, which the first side never
// does. Counter groups take turns: (round + point) mod groups.
[[nodiscard]] launch::Request request_of(const Plan& plan, std::size_t point, unsigned round, std::size_t side = 0);

// The plan file, `latchmark.plan/1`.
[[nodiscard]] nlohmann::json to_json(const Plan& plan);

// Throws UsageError with one line that says what is wrong: another schema, a number that no launch would accept.
[[nodiscard]] Plan plan_from(const nlohmann::json& json);

}  // namespace latchmark::runner
