// What a machine can count, for a person at a terminal.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "harness/control/control.hpp"
#include "harness/counters/capability.hpp"

namespace latchmark::runner {

// All roles there are, as they are asked, and the kernel's share of the cycles: what `machine` tells about.
[[nodiscard]] std::vector<std::string> every_role();

// Roles that did not react in the control no longer count.
[[nodiscard]] counters::Capability after(const std::vector<control::RoleControl>& control, counters::Capability capability);

// The machine, then the roles that count, then the others by what keeps them from it. Within 100 columns as far as events'
// names allow.
void print_counters(std::ostream& out, const counters::Capability& capability, const std::vector<control::RoleControl>& control);

}  // namespace latchmark::runner
