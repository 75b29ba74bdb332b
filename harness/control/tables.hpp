// The data file of this folder, as text inside the library.
#pragma once
#include <string_view>

namespace latchmark::control {

[[nodiscard]] std::string_view subjects_tsv();

}  // namespace latchmark::control
