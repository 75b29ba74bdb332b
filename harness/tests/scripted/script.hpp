// What goes wrong in the scripted PMU, from a few words.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "harness/tests/scripted/personality.hpp"

namespace latchmark::scripted {

// How reading a group goes wrong, beside an error.
enum class BadRead : std::uint8_t { none, empty, too_short, backwards };

// What happens to the groups of one kind. Errors are errno numbers, 0 is none.
struct GroupFaults {
    int enable = 0;
    int read = 0;
    BadRead bad_read = BadRead::none;
};

struct Script {
    const Personality* cpu = nullptr;
    // Who suffers what follows: everybody, also who resolves roles; only workers; only one of them.
    bool is_for_workers = false;
    std::optional<std::size_t> worker{};

    std::map<std::string, int> open{};  // by event
    std::set<std::string> stuck{};      // events that open, run and stay where they are
    GroupFaults hardware{}, software{};
    int statistics = 0;                      // of getrusage, and of opening schedstat
    std::uint64_t per_1000_running = 1'000;  // share of the time for which hardware groups count
    std::size_t room = SIZE_MAX;             // of a hardware group: members beyond it are refused
    std::size_t runs_with = SIZE_MAX;        // a larger hardware group opens and never runs
    int interruptions = 0;                   // of each call, before it is answered
};

// Words of the form KEY=VALUE, apart by blanks: cpu=spr|zen4|n1, by=workers|NUMBER, open:EVENT=ERROR, stuck=EVENT,
// hardware:read=ERROR|empty|short|backwards, hardware:enable=ERROR, the same of software:, statistics=ERROR, running=PER_1000,
// room=NUMBER, runs_with=NUMBER, interruptions=NUMBER. An error is its name: EMFILE.
// Throws std::invalid_argument with the word that it does not know.
[[nodiscard]] Script script_of(std::string_view text);

}  // namespace latchmark::scripted
