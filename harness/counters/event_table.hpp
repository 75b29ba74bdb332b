// Which event answers which role: one table per microarchitecture, and the one that every kernel brings.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

// A row keeps the name and the numbers: the name documents the numbers, and a binary whose libpfm4 lacks it loses nothing.
struct EventRow {
    std::string_view role, event;
    Encoding encoding;
    std::string_view source{};  // who else has these numbers
    std::string_view note{};    // what the event counts beside what its role says; may be empty
};

struct EventTable {
    std::string id;
    std::vector<EventRow> rows;

    [[nodiscard]] const EventRow* row_for(std::string_view role) const;
};

// The columns are those of events/README.md; the rows point into `tsv`. Throws std::runtime_error as `id: line: what`.
[[nodiscard]] EventTable read_event_table(std::string_view id, std::string_view tsv);

// Every table of the folder events, in the order of its list, the kernel's own (perf_generic) last.
[[nodiscard]] std::span<const EventTable> all_event_tables();

// By the name of its file ("spr", "n1"); null when there is no such table.
[[nodiscard]] const EventTable* find_event_table(std::string_view id);

// What the kernel maps by itself on any core: hardware, cache and software events.
[[nodiscard]] const EventTable& generic_events();

}  // namespace latchmark::counters
