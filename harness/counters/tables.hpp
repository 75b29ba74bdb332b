// The data files of this folder, as text inside the library.
#pragma once
#include <string_view>

namespace latchmark::counters {

[[nodiscard]] std::string_view roles_tsv();
[[nodiscard]] std::string_view perf_generic_tsv();

}  // namespace latchmark::counters
