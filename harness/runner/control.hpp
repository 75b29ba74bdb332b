// Whether the counters of a run react, asked once before its first launch: which roles where, and what went wrong.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/control/control.hpp"
#include "harness/machine/topology.hpp"
#include "harness/runner/launcher.hpp"
#include "harness/runner/plan.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::runner {

// One process's share: roles that can be asked on the same CPUs.
struct ControlTask {
    std::vector<std::string> roles{};
    OrUnavailable<std::vector<unsigned>> cpus{};  // OS ids; or why this machine has no such CPUs
    std::string doubt{};                          // why a role that does not react there is not to blame; empty: it is
};

// Pure. By what the two workers of a role must share: a crash of one task then costs the others nothing. Roles of which nothing
// need be shown are in none.
[[nodiscard]] std::vector<ControlTask> control_tasks(const std::vector<std::string>& roles, const machine::Topology& topology);

// Every role that some launch of the plan counts.
[[nodiscard]] std::vector<std::string> roles_asked(const Plan& plan);

// By launches of the first side, so that a crash or a hang costs no more than the answers. nullopt: interrupted. Never throws:
// what went wrong is the answers' reason.
[[nodiscard]] std::optional<std::vector<control::RoleControl>> control_by_launches(Launcher& launcher,
                                                                                   const std::vector<std::string>& roles,
                                                                                   const machine::Topology& topology);

// The same in this process.
[[nodiscard]] std::vector<control::RoleControl> control_here(const std::vector<std::string>& roles,
                                                             const machine::Topology& topology);

}  // namespace latchmark::runner
