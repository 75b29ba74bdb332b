// Candidates of a role from the tables and the thread's own statistics.
#include "harness/counters/candidate.hpp"

#include <algorithm>
#include <cstdint>

#include "harness/counters/libpfm.hpp"
#include "harness/counters/thread_statistics.hpp"

namespace latchmark::counters {
namespace {

constexpr std::uint32_t kSoftwareType = 1;  // PERF_TYPE_SOFTWARE

// Sent to whichever PMU the kernel finds first, an event may belong to the other kind of core: it opens and never runs. Generic
// events carry the number of their PMU above their own; Arm's kernel understands that from 6.6 on and refuses it before. Others
// have it in place of PERF_TYPE_RAW.
Encoding directed(Encoding encoding, Tier tier, const Host& host) {
    constexpr unsigned kPmuShift = 32;  // PERF_PMU_TYPE_SHIFT
    if (!host.pmu_type) return encoding;
    if (tier == Tier::generic)
        encoding.config |= std::uint64_t{*host.pmu_type} << kPmuShift;
    else
        encoding.type = *host.pmu_type;
    return encoding;
}

// libpfm4 encodes by name; the row's own numbers serve where it lacks the name.
Candidate candidate_of(const EventRow& row, Tier tier, const Role& role, Scope scope, const Host& host) {
    const std::string event(row.event);
    // The one event of scope `both` is the task clock: it runs in the kernel too whatever is excluded, but asking for the
    // kernel would need permission.
    const Scope opened_as = role.scope == Scope::both ? Scope::user : scope;
    const Encoding encoding = encoding_of(event).value_or(row.encoding);
    return {tier, scope, opened_as, event, is_hardware(tier) ? directed(encoding, tier, host) : encoding};
}

}  // namespace

std::vector<Candidate> candidates_of(const Role& role, Scope scope, const Host& host) {
    std::vector<Candidate> candidates;
    if (const EventRow* row = host.table != nullptr ? host.table->row_for(role.name) : nullptr)
        candidates.push_back(candidate_of(*row, Tier::uarch, role, scope, host));
    const EventRow* generic = generic_events().row_for(role.name);
    // What Arm's kernel takes for branches may be changes of the program counter, and for mispredicted ones those on wrong paths
    // too: other quantities.
    if (host.cpu.is_arm() && (role.name == "branches" || role.name == "branch_misses")) generic = nullptr;
    if (generic != nullptr) {
        const Tier tier = generic->encoding.type == kSoftwareType ? Tier::software : Tier::generic;
        candidates.push_back(candidate_of(*generic, tier, role, scope, host));
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
