// The table of roles, and the words of the statuses.
#include "harness/counters/role.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/counters/tables.hpp"
#include "harness/counters/tsv.hpp"

namespace latchmark::counters {
namespace {

constexpr std::array kScopes{Scope::user, Scope::kernel, Scope::both};

Scope scope_of(std::string_view name) {
    for (const Scope scope : kScopes)
        if (name_of(scope) == name) return scope;
    throw std::runtime_error("roles.tsv: no such scope: " + std::string(name));
}

std::vector<Role> read_roles() {
    std::vector<Role> roles;
    for (const auto& row : rows_of(roles_tsv(), 5, "roles.tsv"))
        roles.push_back({row[0], row[1], row[3], row[4], scope_of(row[2])});
    return roles;
}

}  // namespace

std::string_view name_of(Status status) {
    switch (status) {
        case Status::counted:
            return "counted";
        case Status::scaled:
            return "scaled";
        case Status::undersampled:
            return "undersampled";
        case Status::never_scheduled:
            return "never_scheduled";
        case Status::read_failed:
            return "read_failed";
        case Status::group_full:
            return "group_full";
        case Status::not_supported:
            return "not_supported";
        case Status::not_implemented_by_pmu:
            return "not_implemented_by_pmu";
        case Status::unresponsive:
            return "unresponsive";
        case Status::not_permitted:
            return "not_permitted";
        case Status::open_failed:
            return "open_failed";
        case Status::no_encoding:
            return "no_encoding";
        case Status::no_pmu:
            return "no_pmu";
    }
    return "read_failed";  // a byte from a broken worker's memory
}

std::string_view name_of(Tier tier) {
    constexpr std::array<std::string_view, 5> names{"uarch", "generic", "software", "rusage", "schedstat"};
    return names[static_cast<std::size_t>(tier)];
}

std::string_view name_of(Scope scope) {
    constexpr std::array<std::string_view, kScopes.size()> names{"user", "kernel", "both"};
    return names[static_cast<std::size_t>(scope)];
}

std::span<const Role> all_roles() {
    static const std::vector<Role> roles = read_roles();
    return roles;
}

const Role* find_role(std::string_view name) {
    const auto roles = all_roles();
    const auto found = std::ranges::find(roles, name, &Role::name);
    return found == roles.end() ? nullptr : &*found;
}

}  // namespace latchmark::counters
