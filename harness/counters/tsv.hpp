// Lines of tab-separated fields.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace latchmark::counters {

// The fields of each line after the header. Throws std::runtime_error, with `name` and line, when a line has another number
// of fields than asked: half a row would be another event.
[[nodiscard]] std::vector<std::vector<std::string_view>> rows_of(std::string_view tsv, std::size_t fields, std::string_view name);

}  // namespace latchmark::counters
