// What could answer a role, in the order in which it is tried.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/event_table.hpp"
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

// The events that a table and the kernel have for the role, then what needs no permission. Never a similar quantity under
// the role's name. Empty when nothing answers it.
[[nodiscard]] std::vector<Candidate> candidates_of(const Role& role, Scope scope, const std::optional<EventTable>& table);

}  // namespace latchmark::counters
