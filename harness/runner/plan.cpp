// What a run will do.
#include "harness/runner/plan.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "harness/machine/placement.hpp"
#include "harness/runner/calibration.hpp"
#include "harness/runner/expansion.hpp"
#include "harness/runner/json_member.hpp"
#include "harness/runner/rounds.hpp"

namespace latchmark::runner {

namespace {

constexpr const char* kSchema = "latchmark.plan/1";

// For each page of each pair a team is made, placed, checked against the delay chain and ended.
constexpr double kTeamCostNs = 0.5e6;
// Fewer than 100 operations in a window are too few for a median of windows to mean something; a tenth more, since a measured
// window may be slower than the one that calibrated it.
constexpr double kFewestOperations = 110;
// A point that needs more than this is better described with a smaller operation.
constexpr std::uint64_t kLongestStretch = 10;
// Long windows are fewer, or waits of milliseconds would take most of a run: some hundred points three times as long as planned
// in all, but never fewer windows than a median needs, and the counted one.
constexpr double kLongestInAll = 3;
constexpr unsigned kFewestWindows = 4;

// Stretches end with an operation, so the last one is half over on average when its time is up.
double stretch_ns(const Point& point, std::uint64_t planned_ns) {
    return static_cast<double>(planned_ns) + point.operation_ns / 2;
}

bool selects(const Preset& preset, const std::string& experiment) {
    const auto family = experiment.substr(0, experiment.find('/'));
    return preset.experiments.empty() || std::any_of(preset.experiments.begin(), preset.experiments.end(),
                                                     [&](const auto& name) { return name == experiment || name == family; });
}

void refuse_repeated_names(const std::vector<Point>& points) {
    std::set<std::string> names;
    for (const auto& point : points)
        if (!names.insert(point.name).second)
            throw std::invalid_argument("experiment " + point.experiment + ": two points are named " + point.name);
}

std::optional<std::size_t> minimum_of(const Preset& preset, const machine::Topology& topology) {
    const std::size_t cores = machine::worker_steps(topology).back();
    const Minimum* strictest = nullptr;
    for (const auto& minimum : preset.minima)
        if (minimum.cores <= cores && (strictest == nullptr || minimum.cores > strictest->cores)) strictest = &minimum;
    return strictest == nullptr ? std::nullopt : std::optional(strictest->points);
}

void drop_unused_experiments(Plan& plan) {
    std::set<std::string> used;
    for (const auto& point : plan.points) used.insert(point.experiment);
    std::erase_if(plan.experiments, [&](const Description& experiment) { return !used.contains(experiment.name); });
}

// Keeps the points that the preset names.
void keep_named(const Preset& preset, Plan& plan) {
    if (preset.points.empty()) return;
    const std::vector<std::regex> wanted(preset.points.begin(), preset.points.end());
    std::erase_if(plan.points, [&](const Point& point) {
        return std::none_of(wanted.begin(), wanted.end(),
                            [&](const std::regex& one) { return std::regex_search(point.name, one); });
    });
    drop_unused_experiments(plan);
}

// Asks the protocol itself, so that a plan is refused now and not launch by launch.
void refuse_what_no_launch_accepts(const Plan& plan) {
    for (std::size_t point = 0; point < plan.points.size(); ++point) {
        if (plan.points[point].skip) continue;
        try {
            static_cast<void>(launch::request_from(launch::to_json(request_of(plan, point, 0, 1))));
        } catch (const std::invalid_argument& problem) {
            throw UsageError(plan.points[point].name + ": " + problem.what());
        }
    }
}

bool selects_any(const Preset& preset, const Catalogue& catalogue) {
    return std::any_of(catalogue.experiments.begin(), catalogue.experiments.end(),
                       [&](const Experiment& experiment) { return selects(preset, experiment.name); });
}

}  // namespace

const Preset& find_preset(const Catalogue& catalogue, const std::string& name) {
    std::string names;
    for (const auto& preset : catalogue.presets) {
        if (preset.name == name) return preset;
        if (selects_any(preset, catalogue)) names += (names.empty() ? "" : ", ") + preset.name;
    }
    throw UsageError("no preset named '" + name + "'; there are: " + names);
}

std::optional<Plan> plan_if_any(const Catalogue& catalogue, const Preset& preset, const machine::Topology& topology,
                                const std::string& hard_key_hash, std::uint64_t seed) {
    Plan plan{.preset = preset.name,
              .machine = hard_key_hash,
              .machine_source = topology.source,
              .seed = seed,
              .rounds = preset.rounds,
              .windows = preset.windows,
              .window_ns = preset.window_ns,
              .warm_up_ns = preset.warm_up_ns,
              .oversubscribed_window_ns = preset.oversubscribed_window_ns,
              .seats = machine::seats_of(topology),
              .minimum_points = minimum_of(preset, topology)};
    for (const auto& experiment : catalogue.experiments) {
        if (!selects(preset, experiment.name)) continue;
        auto description = description_of(experiment);
        auto points = points_of(experiment, description, preset, topology);
        std::move(points.begin(), points.end(), std::back_inserter(plan.points));
        plan.experiments.push_back(std::move(description));
    }
    keep_named(preset, plan);
    if (plan.points.empty()) return std::nullopt;
    refuse_repeated_names(plan.points);
    // The promise of a larger catalogue than this one, whose presets somebody has borrowed.
    if (plan.minimum_points > plan.points.size()) plan.minimum_points.reset();
    return plan;
}

Plan plan_of(const Catalogue& catalogue, const Preset& preset, const machine::Topology& topology,
             const std::string& hard_key_hash, std::uint64_t seed) {
    auto plan = plan_if_any(catalogue, preset, topology, hard_key_hash, seed);
    if (!plan) throw UsageError("preset " + preset.name + " selects no point of this catalogue");
    return *std::move(plan);
}

void apply(const Changes& changes, Plan& plan) {
    if (changes.rounds) plan.rounds = *changes.rounds;
    if (changes.seed) plan.seed = *changes.seed;
    if (!changes.filter) return;
    try {
        const std::regex wanted(*changes.filter, std::regex::ECMAScript);
        std::erase_if(plan.points, [&](const Point& point) { return !std::regex_search(point.name, wanted); });
    } catch (const std::regex_error& problem) {
        throw UsageError("--filter '" + *changes.filter + "' is no regular expression: " + problem.what());
    }
    plan.minimum_points.reset();
    if (plan.points.empty()) throw UsageError("--filter '" + *changes.filter + "' matches no point; `plan` shows their names");
    drop_unused_experiments(plan);
}

double launch_s(const Point& point) {
    // Calibrating will lengthen the windows as it finds the operation to be.
    const auto window_ns = point.batch ? point.window_ns : lengthened_window_ns(point.window_ns, point.operation_ns);
    const unsigned windows = point.batch ? point.windows : fewer_windows(point.windows, point.window_ns, window_ns);
    const double team_ns = stretch_ns(point, point.warm_up_ns) + windows * stretch_ns(point, window_ns);
    if (point.pairs.empty()) return 1e-9 * (point.beyond_ns + team_ns);
    return 1e-9 * (point.beyond_ns + static_cast<double>(teams_started(point)) * (kTeamCostNs + team_ns));
}

double calibration_s(const Point& point) {
    return 1e-9 * (point.beyond_ns + stretch_ns(point, point.warm_up_ns) +
                   kCalibrationWindows * stretch_ns(point, calibration_window_ns(point)));
}

double expected_s(const Plan& plan, std::size_t sides) {
    double total_s = plan.clock ? 0 : kClockLaunchS;
    for (const auto& point : plan.points) {
        if (point.skip) continue;
        total_s += static_cast<double>(plan.rounds) * static_cast<double>(sides) * launch_s(point);
        if (!point.batch) total_s += calibration_s(point);
    }
    return total_s;
}

unsigned fewer_windows(unsigned planned, std::uint64_t planned_ns, std::uint64_t lengthened_ns) {
    const double fits = kLongestInAll * planned * static_cast<double>(planned_ns) / static_cast<double>(lengthened_ns);
    return std::clamp(static_cast<unsigned>(fits), std::min(kFewestWindows, planned), planned);
}

std::uint64_t lengthened_window_ns(std::uint64_t planned_ns, double time_per_operation_ns) {
    const double needed_ns = kFewestOperations * time_per_operation_ns;
    if (needed_ns <= static_cast<double>(planned_ns)) return planned_ns;
    if (needed_ns >= static_cast<double>(planned_ns * kLongestStretch)) return planned_ns * kLongestStretch;
    return static_cast<std::uint64_t>(needed_ns) + 1;
}

launch::Request request_of(const Plan& plan, std::size_t point, unsigned round, std::size_t side) {
    const Point& what = plan.points.at(point);
    launch::Request request{.kind = launch::Kind::measure,
                            .experiment = what.experiment,
                            .variant = what.variant,
                            .team = what.team,
                            .workers = what.workers,
                            .cpus = what.cpus,
                            .node = what.node,
                            .pairs = what.pairs,
                            .pages = what.pages,
                            .seats = plan.seats,
                            .parameters = what.parameters,
                            .purpose = what.purpose,
                            .batch = what.batch.value_or(1),
                            .windows = what.windows,
                            .window_ns = what.window_ns,
                            .warm_up_ns = what.warm_up_ns,
                            .chain_step_ns = plan.clock ? plan.clock->chain_step_ns : 1.0,
                            .seed = mixed(mixed(plan.seed, round), point),
                            .unresponsive = plan.unresponsive,
                            .extra_share = side == 0 ? std::nullopt : what.extra_share};
    const auto experiment = std::find_if(plan.experiments.begin(), plan.experiments.end(),
                                         [&](const Description& description) { return description.name == what.experiment; });
    if (experiment != plan.experiments.end() && !experiment->roles.empty())
        request.roles = experiment->roles[(round + point) % experiment->roles.size()];
    return request;
}

nlohmann::json to_json(const Plan& plan) {
    nlohmann::json json{{"schema", kSchema},
                        {"preset", plan.preset},
                        {"machine", plan.machine},
                        {"machine_source", plan.machine_source},
                        {"seed", std::to_string(plan.seed)},
                        {"rounds", plan.rounds},
                        {"windows", plan.windows},
                        {"window_ns", plan.window_ns},
                        {"warm_up_ns", plan.warm_up_ns},
                        {"oversubscribed_window_ns", plan.oversubscribed_window_ns},
                        {"seats", plan.seats},
                        {"minimum_points", or_null(plan.minimum_points)},
                        {"clock", nullptr},
                        {"experiments", nlohmann::json::array()},
                        {"points", nlohmann::json::array()}};
    if (plan.clock)
        json["clock"] = {{"resolution_ns", plan.clock->resolution_ns},
                         {"read_ns", plan.clock->read_ns},
                         {"chain_step_ns", plan.clock->chain_step_ns}};
    for (const auto& experiment : plan.experiments) json["experiments"].push_back(to_json(experiment));
    for (const auto& point : plan.points) json["points"].push_back(to_json(point));
    return json;
}

Plan plan_from(const nlohmann::json& json) {
    if (const auto schema = member<std::string>(json, "schema"); schema != kSchema)
        throw UsageError("the schema is '" + schema + "', this version reads '" + kSchema + "'");
    Plan plan{.preset = member<std::string>(json, "preset"),
              .machine = member<std::string>(json, "machine"),
              .machine_source = member<std::string>(json, "machine_source"),
              .seed = seed_from(member<std::string>(json, "seed")),
              .rounds = member<unsigned>(json, "rounds"),
              .windows = member<unsigned>(json, "windows"),
              .window_ns = member<std::uint64_t>(json, "window_ns"),
              .warm_up_ns = member<std::uint64_t>(json, "warm_up_ns"),
              .oversubscribed_window_ns = member<std::uint64_t>(json, "oversubscribed_window_ns"),
              .seats = optional_member<std::vector<unsigned>>(json, "seats").value_or(std::vector<unsigned>{}),
              .minimum_points = optional_member<std::size_t>(json, "minimum_points")};
    if (const auto clock = member<nlohmann::json>(json, "clock"); !clock.is_null())
        plan.clock = ClockFacts{member<double>(clock, "resolution_ns"), member<double>(clock, "read_ns"),
                                member<double>(clock, "chain_step_ns")};
    for (const auto& experiment : member<nlohmann::json::array_t>(json, "experiments"))
        plan.experiments.push_back(description_from(experiment));
    for (const auto& point : member<nlohmann::json::array_t>(json, "points")) plan.points.push_back(point_from(point));
    if (plan.rounds == 0 || plan.points.empty()) throw UsageError("it has no rounds or no points");
    if (plan.rounds > kMostRounds) throw UsageError("`rounds` is more than " + std::to_string(kMostRounds));
    refuse_what_no_launch_accepts(plan);
    return plan;
}

}  // namespace latchmark::runner
