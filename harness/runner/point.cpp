// A point: its name, its identity, and how it stands in files.
#include "harness/runner/point.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "harness/machine/hash.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

// As short as the number can be read back exactly, the same in every locale.
std::string text_of(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

constexpr std::array kTeams{Team::threads, Team::processes};
constexpr std::array kPurposes{Purpose::throughput, Purpose::latency, Purpose::counts};

template <typename Word>
Word word_from(const nlohmann::json& json, const std::string& key, std::span<const Word> words) {
    const auto text = member<std::string>(json, key);
    const auto found = std::find_if(words.begin(), words.end(), [&](Word word) { return name_of(word) == text; });
    if (found == words.end()) throw UsageError("`" + key + "` has the unknown word \"" + text + "\"");
    return *found;
}

}  // namespace

std::vector<unsigned> cpus_used(const Point& point) {
    std::set<unsigned> cpus(point.cpus.begin(), point.cpus.end());
    for (const auto& [first, second] : point.pairs) cpus.insert({first, second});
    return {cpus.begin(), cpus.end()};
}

std::size_t teams_started(const Point& point) { return point.pairs.empty() ? 1 : point.pairs.size() * point.pages; }

std::string_view name_of(Team team) { return team == Team::threads ? "threads" : "processes"; }

std::string_view name_of(Purpose purpose) {
    constexpr std::array<std::string_view, 3> names{"throughput", "latency", "counts"};
    return names[static_cast<std::size_t>(purpose)];
}

std::string name_of(const Point& point, const std::vector<Axis>& axes) {
    std::string name = point.experiment + '/' + point.variant;
    if (point.team != Team::threads) name.append("/team:").append(name_of(point.team));
    name.append("/workers:").append(std::to_string(point.workers));
    name.append("/placement:").append(name_of(point.placement));
    for (const auto& axis : axes)
        if (const double value = point.parameters.at(axis.name); value != axis.middle)
            name += '/' + axis.name + ':' + text_of(value);
    if (point.placement == Placement::map_row) name.append("/row:").append(text_of(point.parameters.at(kRow)));
    if (point.purpose != Purpose::throughput) name.append("/purpose:").append(name_of(point.purpose));
    return name;
}

std::string definition_of(const Point& point, const Description& experiment) {
    // A separator that no name contains: "ab" + "c" and "a" + "bc" must differ.
    constexpr char kEnd = '\n';
    std::string text = experiment.name + kEnd + std::to_string(experiment.version) + kEnd + point.variant + kEnd;
    text.append(name_of(point.purpose)) += kEnd;
    text.append(name_of(point.team)) += kEnd;
    text += std::to_string(point.workers) + kEnd;
    text.append(name_of(point.placement)) += kEnd;
    for (const auto& [name, value] : point.parameters) text += name + '=' + text_of(value) + kEnd;
    // The headline alone: another variant's tally does not change what this point asks.
    if (!experiment.metrics.empty()) {
        const auto& metric = experiment.metrics.front();
        text += metric.name + kEnd + metric.unit + kEnd + metric.direction + kEnd + metric.shape + kEnd + metric.meaning + kEnd;
    }
    // Where the headline is another metric, a latency from somewhere else would still be another number.
    if (point.purpose == Purpose::latency && !experiment.latency.empty()) text += experiment.latency + kEnd;
    return machine::hash_digits(machine::stable_hash(text));
}

nlohmann::json to_json(const Point& point) {
    nlohmann::json json{{"name", point.name},
                        {"experiment", point.experiment},
                        {"variant", point.variant},
                        {"team", name_of(point.team)},
                        {"workers", point.workers},
                        {"placement", name_of(point.placement)},
                        {"cpus", point.cpus},
                        {"node", or_null(point.node)},
                        {"parameters", point.parameters},
                        {"purpose", name_of(point.purpose)},
                        {"definition", point.definition},
                        {"skip", or_null(point.skip)},
                        {"never_threaded", point.never_threaded},
                        {"windows", point.windows},
                        {"window_ns", point.window_ns},
                        {"warm_up_ns", point.warm_up_ns},
                        {"operation_ns", point.operation_ns},
                        {"beyond_ns", point.beyond_ns},
                        {"batch", or_null(point.batch)}};
    if (point.extra_share) json["extra_share"] = *point.extra_share;
    if (!point.pairs.empty()) {
        json["pairs"] = point.pairs;
        json["pages"] = point.pages;
    }
    return json;
}

Point point_from(const nlohmann::json& json) {
    using Pairs = std::vector<std::pair<unsigned, unsigned>>;
    Point point{.name = member<std::string>(json, "name"),
                .experiment = member<std::string>(json, "experiment"),
                .variant = member<std::string>(json, "variant"),
                .team = word_from<Team>(json, "team", kTeams),
                .workers = member<std::size_t>(json, "workers"),
                .placement = word_from<Placement>(json, "placement", kPlacements),
                .cpus = member<std::vector<unsigned>>(json, "cpus"),
                .pairs = optional_member<Pairs>(json, "pairs").value_or(Pairs{}),
                .pages = optional_member<unsigned>(json, "pages").value_or(1),
                .node = optional_member<unsigned>(json, "node"),
                .parameters = member<std::map<std::string, double>>(json, "parameters"),
                .purpose = word_from<Purpose>(json, "purpose", kPurposes),
                .definition = member<std::string>(json, "definition"),
                .skip = optional_member<std::string>(json, "skip"),
                .never_threaded = member<bool>(json, "never_threaded"),
                .windows = member<unsigned>(json, "windows"),
                .window_ns = member<std::uint64_t>(json, "window_ns"),
                .warm_up_ns = member<std::uint64_t>(json, "warm_up_ns"),
                .operation_ns = optional_member<double>(json, "operation_ns").value_or(0),
                .beyond_ns = optional_member<double>(json, "beyond_ns").value_or(kUsualLaunchNs),
                .batch = optional_member<std::uint64_t>(json, "batch"),
                .extra_share = optional_member<double>(json, "extra_share")};
    if (!point.skip && point.cpus.size() != point.workers)
        throw UsageError("`cpus` has " + std::to_string(point.cpus.size()) + " entries for " + std::to_string(point.workers) +
                         " workers");
    return point;
}

}  // namespace latchmark::runner
