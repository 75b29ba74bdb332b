// Which event answers which role on this machine: decided once per launch, before the team starts.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "harness/counters/kernel.hpp"
#include "harness/counters/role.hpp"
#include "latchmark/counters/role_set.hpp"

namespace latchmark::counters {

struct Host;

// What fits into the fixed arrays that worker processes share.
inline constexpr std::size_t kMaxRoles = 24;

struct ResolvedRole {
    std::string role;
    Status status = Status::no_encoding;  // counted: workers shall open it; otherwise why they need not try
    int error = 0;                        // errno behind the status, 0 when there is none
    Tier tier = Tier::uarch;              // with an empty source: the last tier asked
    Scope scope = Scope::user;
    std::string source;  // what counts, as a person writes it: "perf::CYCLES"; empty when nothing answers the role
    Encoding encoding{};
    Scope opened_as = Scope::user;  // what the kernel is asked for; see Candidate
    std::string why{};              // a sentence that knows this machine, exactly when the status is not counted
};

// As it was asked: `cycles`, or `cycles:kernel` when a scope was named that is not the role's own. Two answers never share a
// name.
[[nodiscard]] std::string asked_name_of(const ResolvedRole& role);

// The full list of a launch: the software roles, the anchors, what the group names beyond them, and last the kernel's cycles.
[[nodiscard]] std::vector<std::string> roles_of_launch(const RoleGroup& group);

// One role, as it is asked, on a machine that was looked at before. Throws as resolve() does.
[[nodiscard]] ResolvedRole resolved_on(const Host& host, const std::string& role, Kernel& kernel);

// What is known of a launch when its roles are resolved.
struct Circumstances {
    std::vector<unsigned> cpus{};             // OS ids of the workers' CPUs; empty: the one that the caller runs on
    std::vector<std::string> unresponsive{};  // roles, as they are asked, that did not react in this run's positive control
};

// Chooses for each role the first candidate that works, tier by tier, for the kind of core that the CPUs are; no hardware event
// where they are of several. The order is kept; of the roles that need a programmable counter only the first three stay, the
// later ones have no reading in this launch. Call it before any worker exists: libpfm4 is set up through the environment.
// Throws std::invalid_argument with the role's name: unknown role, role twice, a scope in which the role always reads 0,
// or more than kMaxRoles.
[[nodiscard]] std::vector<ResolvedRole> resolve(const std::vector<std::string>& roles, const Circumstances& circumstances = {},
                                                Kernel& kernel = kernel_in_use());

}  // namespace latchmark::counters
