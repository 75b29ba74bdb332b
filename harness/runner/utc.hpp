// Moments as text, in UTC.
#pragma once
#include <ctime>
#include <string>

namespace latchmark::runner {

// "2026-01-31T12:00:00Z"
[[nodiscard]] std::string utc_text(std::time_t moment);

// "20260131T120000Z", fit for a file name.
[[nodiscard]] std::string utc_name(std::time_t moment);

}  // namespace latchmark::runner
