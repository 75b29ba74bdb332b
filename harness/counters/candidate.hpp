// What could answer a role, in the order in which it is tried.
#pragma once
#include <string>
#include <vector>

#include "harness/counters/host.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {

struct Candidate {
    Tier tier;
    Scope scope;      // what is counted
    Scope opened_as;  // what the kernel is asked for: may be less where the event does not care
    std::string source;
    Encoding encoding;
};

[[nodiscard]] constexpr bool is_hardware(Tier tier) { return tier == Tier::uarch || tier == Tier::generic; }

// The events that the host's table and its kernel have for the role, then what needs no permission. Never a similar quantity
// under the role's name. On a machine with several PMUs each event names the one of the host's cores. Empty when nothing
// answers the role.
[[nodiscard]] std::vector<Candidate> candidates_of(const Role& role, Scope scope, const Host& host);

}  // namespace latchmark::counters
