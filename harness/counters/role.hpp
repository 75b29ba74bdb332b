// The roles: what can be asked of the hardware, and the words for how it answered.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace latchmark::counters {

// How a role was answered. Only counted and scaled have a value.
enum class Status : std::uint8_t {
    counted = 1,
    scaled = 2,        // counted for a part of the time and extrapolated
    undersampled = 3,  // counted for so small a part that extrapolating would be guessing
    never_scheduled = 4,
    read_failed = 0,  // zero, so that shared memory which a dead worker never wrote does not read as a count of 0
    group_full = 6,   // opens alone, but not beside the others
    not_supported = 7,
    not_implemented_by_pmu = 8,
    unresponsive = 9,  // opens and runs, but does not react
    not_permitted = 10,
    open_failed = 11,  // a resource is missing, not the event
    no_encoding = 12,  // no event of this core answers the role
    no_pmu = 13,
};

[[nodiscard]] constexpr bool has_value(Status status) { return status == Status::counted || status == Status::scaled; }

// Where an answer comes from, most specific first.
enum class Tier : std::uint8_t { uarch, generic, software, rusage, schedstat };

// Whose execution is counted.
enum class Scope : std::uint8_t { user, kernel, both };

[[nodiscard]] std::string_view name_of(Status status);
[[nodiscard]] std::string_view name_of(Tier tier);
[[nodiscard]] std::string_view name_of(Scope scope);

struct Role {
    std::string_view name, unit, meaning;
    std::string_view caveat;  // what the number does not say; empty when there is nothing to know
    Scope scope;              // counted so when the request names none; a role that is not `user` here cannot be asked otherwise
};

// All roles, in the order of roles.tsv.
[[nodiscard]] std::span<const Role> all_roles();

// Null when there is no such role.
[[nodiscard]] const Role* find_role(std::string_view name);

}  // namespace latchmark::counters
