// From asked roles to events.
#include "harness/counters/resolved_role.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "harness/counters/candidate.hpp"
#include "harness/counters/event_group.hpp"
#include "harness/counters/host.hpp"
#include "harness/counters/reason.hpp"
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
Outcome trial_of(const Candidate& candidate, const Host& host, Kernel& kernel) {
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
    if (is_hardware(candidate.tier) && host.pmu.status != Status::counted) return host.pmu;
    if (candidate.tier == Tier::uarch && !host.implements(candidate.encoding)) return {Status::not_implemented_by_pmu, 0};
    EventGroup alone(kernel);
    return alone.add(candidate.encoding, candidate.opened_as);
}

bool is_anchor(const ResolvedRole& role) { return role.role == "cycles" || role.role == "instructions"; }

}  // namespace

std::string asked_name_of(const ResolvedRole& role) {
    const Role* known = find_role(role.role);
    // `both` cannot be asked for: it is how the thread's own statistics answer.
    const bool is_named = known != nullptr && role.scope != Scope::both && role.scope != known->scope;
    return is_named ? role.role + ":" + std::string(name_of(role.scope)) : role.role;
}

std::vector<std::string> roles_of_launch(const RoleGroup& group) {
    const std::vector<std::string> always{
        "task_clock",           "page_faults",    "context_switches", "cpu_migrations", "voluntary_switches",
        "involuntary_switches", "run_queue_wait", "timeslices",       "cycles",         "instructions"};
    std::vector<std::string> roles = always;
    // Looked up in `always` alone: what the group itself names twice stays a mistake, and resolve() says so.
    for (const std::string& role : group)
        if (std::ranges::find(always, role) == always.end()) roles.push_back(role);
    // The kernel's share of the cycles and, over the CPU time, the true frequency. It comes last: a group that does not fit loses
    // its last member first, and this one must cost no other its place.
    const std::string kernel_cycles = "cycles:kernel";
    if (std::ranges::find(group, kernel_cycles) == group.end()) roles.push_back(kernel_cycles);
    return roles;
}

ResolvedRole resolved_on(const Host& host, const std::string& role, Kernel& kernel) {
    const Request request = request_of(role);
    ResolvedRole resolved;
    resolved.role = request.role.name;
    resolved.scope = request.scope;
    const auto candidates = candidates_of(request.role, request.scope, host);
    if (candidates.empty()) {
        resolved.status = host.pmu.status == Status::counted ? Status::no_encoding : host.pmu.status;
        resolved.error = host.pmu.error;
    }
    for (const Candidate& candidate : candidates) {
        const Outcome outcome = trial_of(candidate, host, kernel);
        // When all are refused, the first one's refusal is the reason: it is the one worth mending.
        if (outcome.status != Status::counted && &candidate != &candidates.front()) continue;
        resolved = {resolved.role,      outcome.status,      outcome.error,
                    candidate.tier,     candidate.scope,     candidate.source,
                    candidate.encoding, candidate.opened_as, {}};
        if (outcome.status == Status::counted) break;
    }
    resolved.why = reason(resolved, host);
    return resolved;
}

std::vector<ResolvedRole> resolve(const std::vector<std::string>& roles, const Circumstances& circumstances, Kernel& kernel) {
    const Host host = host_of(circumstances.cpus, kernel);
    std::vector<ResolvedRole> result;
    std::set<std::string> seen;
    int programmable = 0;
    for (const std::string& text : roles) {
        if (!seen.insert(text).second) throw std::invalid_argument("role " + text + " is asked for twice");
        ResolvedRole role = resolved_on(host, text, kernel);
        const bool is_dead = std::ranges::find(circumstances.unresponsive, text) != circumstances.unresponsive.end();
        if (is_dead && role.status == Status::counted) {
            role.status = Status::unresponsive;
            role.why = reason(role, host);
        }
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
