// Lines of tab-separated fields.
#include "harness/counters/tsv.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace latchmark::counters {

std::vector<std::vector<std::string_view>> rows_of(std::string_view tsv, std::size_t fields, std::string_view name) {
    std::vector<std::vector<std::string_view>> rows;
    for (std::size_t line = 1; !tsv.empty(); ++line) {
        const std::size_t end = std::min(tsv.find('\n'), tsv.size());
        std::string_view text = tsv.substr(0, end);
        tsv.remove_prefix(std::min(end + 1, tsv.size()));
        if (line == 1) continue;
        std::vector<std::string_view> row;
        for (std::size_t tab = 0; tab != std::string_view::npos;
             text.remove_prefix(tab == std::string_view::npos ? 0 : tab + 1)) {
            tab = text.find('\t');
            row.push_back(text.substr(0, tab));
        }
        if (row.size() != fields)
            throw std::runtime_error(std::string(name) + ": " + std::to_string(line) + ": " + std::to_string(row.size()) +
                                     " fields instead of " + std::to_string(fields));
        rows.push_back(row);
    }
    return rows;
}

}  // namespace latchmark::counters
