// Event tables from their text.
#include "harness/counters/event_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>

#include "harness/counters/tables.hpp"
#include "harness/counters/tsv.hpp"

namespace latchmark::counters {
namespace {

// The whole field or nothing: a number that ends early is another event.
template <typename Number>
bool parse(std::string_view field, int base, Number& number) {
    if (base == 16) {
        if (!field.starts_with("0x")) return false;
        field.remove_prefix(2);
    }
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number, base);
    return error == std::errc{} && end == field.data() + field.size();
}

}  // namespace

const EventRow* EventTable::row_for(std::string_view role) const {
    const auto found = std::ranges::find(rows, role, &EventRow::role);
    return found == rows.end() ? nullptr : &*found;
}

EventTable read_event_table(std::string_view id, std::string_view tsv) {
    EventTable table{std::string(id), {}};
    for (const auto& fields : rows_of(tsv, 7, id)) {
        EventRow row{fields[0], fields[1], {}, fields[5], fields[6]};
        const bool is_read = parse(fields[2], 10, row.encoding.type) && parse(fields[3], 16, row.encoding.config) &&
                             parse(fields[4], 16, row.encoding.config1);
        if (!is_read)
            throw std::runtime_error(std::string(id) + ": " + std::to_string(table.rows.size() + 2) + ": numbers expected for " +
                                     std::string(row.role));
        table.rows.push_back(row);
    }
    return table;
}

std::span<const EventTable> all_event_tables() {
    static const std::vector<EventTable> tables = [] {
        std::vector<EventTable> read;
        for (const TableText& text : event_tables_tsv()) read.push_back(read_event_table(text.id, text.tsv));
        return read;
    }();
    return tables;
}

const EventTable* find_event_table(std::string_view id) {
    const auto tables = all_event_tables();
    const auto found = std::ranges::find(tables, id, &EventTable::id);
    return found == tables.end() ? nullptr : &*found;
}

const EventTable& generic_events() {
    static const EventTable& table = *find_event_table("perf_generic");
    return table;
}

}  // namespace latchmark::counters
