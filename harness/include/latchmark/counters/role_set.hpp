// What an experiment asks of the hardware: roles in groups, the same on every machine.
#pragma once
#include <string>
#include <vector>

namespace latchmark {

// The roles that one launch counts together, beside the anchors `cycles` and `instructions` and the software roles,
// which ride in every launch and are not named. In order of preference, for all vendors at once: what this core cannot
// encode steps aside with a reason, and of the rest the first three are counted, since no core has room for more
// without multiplexing. `role:kernel` asks for the kernel's share of a role beside the user's.
using RoleGroup = std::vector<std::string>;

// The groups of a family. Launches take them in turn, one group each.
namespace roles {

[[nodiscard]] std::vector<RoleGroup> none();        // software roles and anchors only: one empty group
[[nodiscard]] std::vector<RoleGroup> coherence();   // who takes lines from whom: false sharing
[[nodiscard]] std::vector<RoleGroup> contention();  // the same, and what the spinning does
[[nodiscard]] std::vector<RoleGroup> waiting();     // in both scopes: the kernel does most of the work of a wait
[[nodiscard]] std::vector<RoleGroup> pools();       // misses and page walks of memory that is handed out again
[[nodiscard]] std::vector<RoleGroup> ipc();         // copies and shared memory, each scope in turn

}  // namespace roles
}  // namespace latchmark
