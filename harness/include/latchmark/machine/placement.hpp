// Where the workers of a team sit, by topology class and never by CPU number.
#pragma once
#include <array>
#include <string_view>

namespace latchmark {

enum class Placement {
    same_cpu,        // all on one CPU, taking turns
    same_core,       // SMT siblings
    same_llc,        // different cores, one last-level cache
    other_llc,       // different last-level caches of one package
    other_socket,    // different packages
    spread,          // one worker a core, over as many caches as possible
    compact,         // one worker a core, one cache full before the next
    oversubscribed,  // more workers than CPUs: a chart of its own
    map_row,         // one core with each of the others, pair by pair: a row of the map of cores
};

inline constexpr std::array kPlacements{Placement::same_cpu,  Placement::same_core,      Placement::same_llc,
                                        Placement::other_llc, Placement::other_socket,   Placement::spread,
                                        Placement::compact,   Placement::oversubscribed, Placement::map_row};

[[nodiscard]] constexpr std::string_view name_of(Placement placement) {
    constexpr std::array<std::string_view, kPlacements.size()> names{
        "same_cpu", "same_core", "same_llc", "other_llc", "other_socket", "spread", "compact", "oversubscribed", "map_row"};
    return names[static_cast<std::size_t>(placement)];
}

}  // namespace latchmark
