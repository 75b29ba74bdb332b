// From asked roles to events.
#include "harness/counters/resolved_role.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "harness/counters/candidate.hpp"
#include "harness/counters/event_group.hpp"
#include "harness/counters/pmu.hpp"
#include "harness/counters/thread_statistics.hpp"

namespace latchmark::counters {
namespace {

// Beside the anchors. Four general counters are left on some cores, and the NMI watchdog takes one of them.
constexpr int kProgrammableRoles = 3;

struct Request {
    const Role& role;
    Scope scope;
};

Request request_of(const std::string& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const Role* role = find_role(std::string_view(text).substr(0, colon));
    if (role == nullptr) throw std::invalid_argument("no such role: " + text + "; `machine` lists all");
    if (colon == text.size()) return {*role, role->scope};
    const std::string_view name = std::string_view(text).substr(colon + 1);
    for (const Scope scope : {Scope::user, Scope::kernel}) {
        if (name != name_of(scope)) continue;
        // Switches and migrations happen in the kernel: counted in user scope they open, run, and are always 0.
        if (role->scope != Scope::user && role->scope != scope)
            throw std::invalid_argument("role " + text + " cannot be counted in this scope, only in " +
                                        std::string(name_of(role->scope)));
        return {*role, scope};
    }
    throw std::invalid_argument("no such scope: " + text + "; user or kernel");
}

// Whether the kernel lets the candidate in, alone and on the calling thread.
Outcome trial_of(const Candidate& candidate, Kernel& kernel) {
    if (candidate.tier == Tier::rusage) {
        ThreadUsage usage;
        const int result = kernel.usage_of_thread(usage);
        return result < 0 ? Outcome{Status::not_supported, -result} : Outcome{};
    }
    if (candidate.tier == Tier::schedstat) {
        const int file = kernel.open_file(kSchedstatPath);
        if (file < 0) return {status_of_refusal(-file), -file};
        kernel.close(file);
        return {};
    }
    EventGroup alone(kernel);
    return alone.add(candidate.encoding, candidate.opened_as);
}

bool is_anchor(const ResolvedRole& role) { return role.role == "cycles" || role.role == "instructions"; }

ResolvedRole resolved(const Request& request, const std::optional<EventTable>& table, const Outcome& pmu, Kernel& kernel) {
    ResolvedRole resolved;
    resolved.role = request.role.name;
    resolved.scope = request.scope;
    const auto candidates = candidates_of(request.role, request.scope, table);
    if (candidates.empty()) {
        resolved.status = pmu.status == Status::counted ? Status::no_encoding : pmu.status;
        resolved.error = pmu.error;
    }
    for (const Candidate& candidate : candidates) {
        const bool is_absent = is_hardware(candidate.tier) && pmu.status != Status::counted;
        const Outcome outcome = is_absent ? pmu : trial_of(candidate, kernel);
        // When all are refused, the first one's refusal is the reason: it is the one worth mending.
        if (outcome.status != Status::counted && &candidate != &candidates.front()) continue;
        resolved = {resolved.role,   outcome.status,   outcome.error,      candidate.tier,
                    candidate.scope, candidate.source, candidate.encoding, candidate.opened_as};
        if (outcome.status == Status::counted) break;
    }
    return resolved;
}

}  // namespace

std::string asked_name_of(const ResolvedRole& role) {
    const Role* known = find_role(role.role);
    return known != nullptr && known->scope != role.scope ? role.role + ":" + std::string(name_of(role.scope)) : role.role;
}

std::vector<std::string> roles_of_launch(const RoleGroup& group) {
    std::vector<std::string> roles{
        "task_clock",           "page_faults",    "context_switches", "cpu_migrations", "voluntary_switches",
        "involuntary_switches", "run_queue_wait", "timeslices",       "cycles",         "instructions"};
    roles.insert(roles.end(), group.begin(), group.end());
    return roles;
}

std::vector<ResolvedRole> resolve(const std::vector<std::string>& roles, const Circumstances& circumstances, Kernel& kernel) {
    const Outcome pmu = outcome_of_pmu(kernel);
    const auto table = table_of_this_core(kernel);
    std::vector<ResolvedRole> result;
    std::set<std::string> seen;
    int programmable = 0;
    for (const std::string& text : roles) {
        if (!seen.insert(text).second) throw std::invalid_argument("role " + text + " is asked for twice");
        ResolvedRole role = resolved(request_of(text), table, pmu, kernel);
        if (std::ranges::find(circumstances.unresponsive, text) != circumstances.unresponsive.end())
            role.status = Status::unresponsive;
        if (is_hardware(role.tier) && role.status == Status::counted && !is_anchor(role) && ++programmable > kProgrammableRoles)
            continue;
        result.push_back(std::move(role));
    }
    if (result.size() > kMaxRoles)
        throw std::invalid_argument("a launch counts at most " + std::to_string(kMaxRoles) + " roles, not " +
                                    std::to_string(result.size()));
    return result;
}

}  // namespace latchmark::counters
