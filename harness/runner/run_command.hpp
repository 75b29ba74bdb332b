// `run`: plan and execute, or take an interrupted run up again.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/runner/errors.hpp"
#include "harness/runner/plan.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

struct RunRequest {
    std::string preset = "quick";
    std::optional<std::filesystem::path> plan_file{};
    std::optional<std::filesystem::path> out{};     // folder; by default results/<machine>/<utc>-<commit>-<preset>
    std::optional<std::filesystem::path> resume{};  // folder of an interrupted run
    std::optional<std::filesystem::path> copy{};    // a file that becomes the same as the run file
    Changes changes{};
    std::vector<std::pair<std::string, std::string>> sides{};  // name and binary; none: this program as `head`
    std::optional<std::string> alias{};                        // of the machine, instead of the one made from its hardware
    std::optional<std::string> emulated{};                     // what runs in place of a CPU, which nobody in there can tell
    std::vector<std::string> launch_prefix{};                  // words before the command of every launch
    std::optional<std::uint64_t> time_limit_ns{};              // of one launch
    std::vector<std::string> command{};                        // as typed, for the record
    std::string lock_name = "latchmark";
};

// Prints progress on standard error and, as the only line on standard output, the folder of the run.
// Throws UsageError and InfrastructureError.
[[nodiscard]] Exit run(const RunRequest& request, const Catalogue& catalogue);

}  // namespace latchmark::runner
