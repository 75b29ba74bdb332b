// The data files of this folder, as text inside the library.
#pragma once
#include <span>
#include <string_view>

namespace latchmark::counters {

struct TableText {
    std::string_view id, tsv;
};

[[nodiscard]] std::string_view roles_tsv();
[[nodiscard]] std::span<const TableText> event_tables_tsv();

}  // namespace latchmark::counters
