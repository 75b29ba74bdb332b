// The journal: one line a launch, so that whatever kills a run costs at most the launch in flight. Like the run file it names no
// folders, but for the binaries that --side named: without them a run of several builds could not be resumed.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runner/calibration.hpp"
#include "harness/runner/record.hpp"

namespace latchmark::runner {

inline constexpr const char* kJournalName = "journal.jsonl";

class Journal {
public:
    // A new one, which begins with the plan and the facts of the run. Throws InfrastructureError.
    [[nodiscard]] static Journal begin(const std::filesystem::path& folder, const Record& record);

    // The record of the one that is there, which stays as it is: for whoever has to refuse it. Throws as resume() does.
    [[nodiscard]] static Record recorded(const std::filesystem::path& folder);

    // Takes up the one that is there: fills the record, drops a last line that was cut off, and notes the resumption.
    // Throws UsageError when there is none or it is damaged before its last line.
    [[nodiscard]] static Journal resume(const std::filesystem::path& folder, const std::string& utc, Record& record);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();

    // `at_s`: seconds since this session began. Throw InfrastructureError when the disk does not take the whole line; the
    // journal then still ends with the line before.
    void note(const std::vector<control::RoleControl>& control, double at_s);
    void note(std::size_t point, const Calibration& calibration, double at_s);
    void note(const LaunchRecord& launch, double at_s);
    void note(const RoundRecord& round, double at_s);

    // Its content is in the run file now.
    void remove();

private:
    Journal(std::filesystem::path path, int flags);
    void append(std::string_view line);

    std::filesystem::path path_;
    int file_ = -1;
};

}  // namespace latchmark::runner
