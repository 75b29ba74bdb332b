// A point: its name, its identity, and how it stands in files.
#include "harness/runner/point.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
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

template <typename T>
std::optional<T> optional_member(const nlohmann::json& json, const std::string& key) {
    if (!json.contains(key) || json[key].is_null()) return std::nullopt;
    return member<T>(json, key);
}

template <typename T>
nlohmann::json or_null(const std::optional<T>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

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
    return machine::hash_digits(machine::stable_hash(text));
}

nlohmann::json to_json(const Point& point) {
    return {{"name", point.name},
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
            {"batch", or_null(point.batch)}};
}

Point point_from(const nlohmann::json& json) {
    Point point{.name = member<std::string>(json, "name"),
                .experiment = member<std::string>(json, "experiment"),
                .variant = member<std::string>(json, "variant"),
                .team = word_from<Team>(json, "team", kTeams),
                .workers = member<std::size_t>(json, "workers"),
                .placement = word_from<Placement>(json, "placement", kPlacements),
                .cpus = member<std::vector<unsigned>>(json, "cpus"),
                .node = optional_member<unsigned>(json, "node"),
                .parameters = member<std::map<std::string, double>>(json, "parameters"),
                .purpose = word_from<Purpose>(json, "purpose", kPurposes),
                .definition = member<std::string>(json, "definition"),
                .skip = optional_member<std::string>(json, "skip"),
                .never_threaded = member<bool>(json, "never_threaded"),
                .windows = member<unsigned>(json, "windows"),
                .window_ns = member<std::uint64_t>(json, "window_ns"),
                .warm_up_ns = member<std::uint64_t>(json, "warm_up_ns"),
                .batch = optional_member<std::uint64_t>(json, "batch")};
    if (!point.skip && point.cpus.size() != point.workers)
        throw UsageError("`cpus` has " + std::to_string(point.cpus.size()) + " entries for " + std::to_string(point.workers) +
                         " workers");
    return point;
}

}  // namespace latchmark::runner
