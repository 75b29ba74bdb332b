// Build, machine and counters as the run file has them.
#include "harness/runner/facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <variant>

#include "harness/counters/resolved_role.hpp"
#include "harness/machine/placement.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

using nlohmann::json;

template <typename Word>
json word_or_null(const std::optional<Word>& word) {
    return word ? json(counters::name_of(*word)) : json(nullptr);
}

}  // namespace

namespace {

// As `perf stat -e` and kernel documents write them.
std::string hexadecimal(std::uint64_t number) {
    std::array<char, 2 + 16> text{'0', 'x'};
    const auto end = std::to_chars(text.data() + 2, text.data() + text.size(), number, 16).ptr;
    return {text.data(), end};
}

json json_of(const counters::Encoding& encoding) {
    return {{"type", encoding.type}, {"config", hexadecimal(encoding.config)}, {"config1", hexadecimal(encoding.config1)}};
}

// Name to value, or to why there is none.
template <typename Value>
json values_or_reasons(const std::map<std::string, OrUnavailable<Value>>& values) {
    json object = json::object();
    for (const auto& [name, value] : values) {
        if (const auto* known = std::get_if<Value>(&value))
            object[name] = *known;
        else
            object[name] = {{"why", std::get<Unavailable>(value).why}};
    }
    return object;
}

}  // namespace

json json_of(const machine::Facts& facts) { return values_or_reasons(facts); }
json json_of(const machine::Disturbance& disturbance) { return values_or_reasons(disturbance); }

json json_of(const Suite& suite, const counters::Capability& capability) {
    auto libraries = suite.libraries;
    libraries["libpfm"] = capability.libpfm.value_or("none");
    return {{"version", suite.version}, {"commit", suite.commit},         {"compiler", suite.compiler},
            {"flags", suite.flags},     {"build_type", suite.build_type}, {"libraries", std::move(libraries)},
            {"atomics", suite.atomics}, {"build_id", suite.build_id}};
}

json json_of(const machine::Fingerprint& fingerprint, const machine::Topology& topology) {
    json cpus = json::array();
    for (const auto& cpu : topology.cpus)
        cpus.push_back({{"os_id", cpu.os_id},
                        {"core", cpu.core},
                        {"llc", cpu.llc},
                        {"package", cpu.package},
                        {"node", cpu.node},
                        {"kind", cpu.kind}});
    json placements = json::object();
    for (const Placement placement : kPlacements)
        placements[std::string(name_of(placement))] = or_null(machine::lacks(topology, placement));
    return {{"alias", fingerprint.alias},
            {"hard_key", json_of(fingerprint.hard)},
            {"hard_key_hash", fingerprint.hard_key_hash},
            {"soft_key", json_of(fingerprint.soft)},
            {"topology", {{"source", topology.source}, {"cpus", std::move(cpus)}, {"llc_kib", or_null(topology.llc_kib)}}},
            {"placements", std::move(placements)}};
}

json json_of(const counters::Capability& capability) {
    json roles = json::array();
    for (const auto& answer : capability.roles)
        roles.push_back({{"role", answer.role},
                         {"unit", answer.unit},
                         {"meaning", answer.meaning},
                         {"caveat", answer.caveat},
                         {"status", counters::name_of(answer.status)},
                         {"why", or_null(answer.why)},
                         {"tier", word_or_null(answer.tier)},
                         {"source", or_null(answer.source)},
                         {"scope", word_or_null(answer.scope)},
                         {"perf", answer.encoding ? json_of(*answer.encoding) : json(nullptr)}});
    return {{"perf_event_paranoid", or_null(capability.perf_event_paranoid)},
            {"pmus", capability.pmus},
            {"table", or_null(capability.table)},
            {"libpfm", or_null(capability.libpfm)},
            {"cpu", capability.cpu},
            {"hypervisor", or_null(capability.hypervisor)},
            {"script", or_null(capability.script)},
            {"control", json::array()},
            {"roles", std::move(roles)}};
}

machine::Fingerprint fingerprint_with(const Suite& suite, const machine::Topology& topology) {
    std::map<std::string, std::string> build{{"compiler", suite.compiler}, {"flags", suite.flags}, {"atomics", suite.atomics}};
    // The machine layer itself asks the C library.
    for (const auto& [name, version] : suite.libraries)
        if (name != "glibc") build[name] = version;
    return machine::fingerprint(topology, build);
}

std::vector<std::string> roles_asked(const std::vector<Experiment>& experiments) {
    auto roles = counters::roles_of_launch({});
    for (const auto& experiment : experiments)
        for (const auto& group : experiment.roles)
            for (const auto& role : group)
                if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
    return roles;
}

}  // namespace latchmark::runner
