// `plan` and `list`: what a run would do, for people and for files.
#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "harness/machine/topology.hpp"
#include "harness/runner/errors.hpp"
#include "harness/runner/plan.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

struct PlanRequest {
    std::string preset = "quick";
    std::optional<std::string> machine{};  // a description; none: this one
    bool calibrate = false;
    std::optional<std::filesystem::path> out{};  // "-": standard output; none: as text for a person
    bool only_expected_s = false;                // whole seconds instead of a plan, for shell scripts
    Changes changes{};
    std::vector<std::string> launch_prefix{};
    std::string lock_name = "latchmark";
};

// Throws UsageError and InfrastructureError. Exit::bad: some points could not be calibrated.
[[nodiscard]] Exit plan(const PlanRequest& request, const Catalogue& catalogue);

// The presets with their sizes on this machine, and the experiments.
void list(std::ostream& out, const Catalogue& catalogue, bool as_json);

// Throws UsageError with the file's name.
[[nodiscard]] Plan read_plan(const std::filesystem::path& file);

// Throws UsageError when the plan was made for other hardware, or uses a CPU that this process may not.
void refuse_other_machine(const Plan& plan, const std::string& hard_key_hash, const machine::Topology& topology);

// "quick: 96 points, 12 more skipped, 6 rounds: about 55 s"
void say_what_is_planned(std::ostream& out, const Plan& plan, std::size_t sides);

}  // namespace latchmark::runner
