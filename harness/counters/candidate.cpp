// Candidates of a role from the tables and the thread's own statistics.
#include "harness/counters/candidate.hpp"

#include <algorithm>
#include <cstdint>

#include "harness/counters/libpfm.hpp"
#include "harness/counters/thread_statistics.hpp"

namespace latchmark::counters {
namespace {

constexpr std::uint32_t kSoftwareType = 1;  // PERF_TYPE_SOFTWARE

// libpfm4 encodes by name; the row's own numbers serve where it lacks the name.
Candidate candidate_of(const EventRow& row, Tier tier, const Role& role, Scope scope) {
    const std::string event(row.event);
    // The one event of scope `both` is the task clock: it runs in the kernel too whatever is excluded, but asking for the
    // kernel would need permission.
    const Scope opened_as = role.scope == Scope::both ? Scope::user : scope;
    return {tier, scope, opened_as, event, encoding_of(event).value_or(row.encoding)};
}

}  // namespace

std::vector<Candidate> candidates_of(const Role& role, Scope scope, const std::optional<EventTable>& table) {
    std::vector<Candidate> candidates;
    if (const EventRow* row = table ? table->row_for(role.name) : nullptr)
        candidates.push_back(candidate_of(*row, Tier::uarch, role, scope));
    if (const EventRow* row = generic_events().row_for(role.name)) {
        const Tier tier = row->encoding.type == kSoftwareType ? Tier::software : Tier::generic;
        candidates.push_back(candidate_of(*row, tier, role, scope));
    }
    // The kernel keeps fixed counters for the two anchors, which no table knows better.
    if (role.name == "cycles" || role.name == "instructions") std::ranges::reverse(candidates);
    // The thread's own statistics cannot tell user from kernel, so they answer no request for the kernel's share.
    if (scope == role.scope) {
        if (const auto* column = rusage_column(role.name))
            candidates.push_back({Tier::rusage, Scope::both, Scope::both, std::string(column->source), {}});
        if (const auto* column = schedstat_column(role.name))
            candidates.push_back({Tier::schedstat, Scope::both, Scope::both, std::string(column->source), {}});
    }
    return candidates;
}

}  // namespace latchmark::counters
