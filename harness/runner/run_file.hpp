// The run file, `latchmark.run/1`: everything a run found, written once and never changed.
#pragma once
#include <optional>
#include <string>

#include "harness/runner/record.hpp"

namespace latchmark::runner {

inline constexpr const char* kRunFileName = "run.json";

struct Ending {
    std::string ended_utc{};
    std::optional<std::string> incomplete_reason{};  // none: every planned launch was made
    double duration_s = 0;                           // of all sessions, without the time between them
};

// The whole text, without spaces. Pure. The record's clock must be known.
[[nodiscard]] std::string run_file_text(const Record& record, const Ending& ending);

}  // namespace latchmark::runner
