// Which event answers which role: tables of one microarchitecture, and the one that every kernel brings.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// A row keeps the name and the numbers: the name documents the numbers, and a binary whose libpfm4 lacks it loses nothing.
struct EventRow {
    std::string_view role, event;
    Encoding encoding;
};

struct EventTable {
    std::string id;
    std::vector<EventRow> rows;

    [[nodiscard]] const EventRow* row_for(std::string_view role) const;
};

// Columns: role, libpfm4's name, perf type, config, config1, whether libpfm4 4.13 knows it, a note. The rows point into `tsv`.
// Throws std::runtime_error as `id: line: what`.
[[nodiscard]] EventTable read_event_table(std::string_view id, std::string_view tsv);

// What the kernel maps by itself on any core: hardware, cache and software events.
[[nodiscard]] const EventTable& generic_events();

// The table of the core that the caller runs on; none when no table is known for it, and the generic events stand alone.
[[nodiscard]] std::optional<EventTable> table_of_this_core(Kernel& kernel);

}  // namespace latchmark::counters
