// The positive control: whether roles react to what they should count, asked once per run before anything is measured.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/control/stimulus.hpp"
#include "harness/control/verdict.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::control {

// One role's answer, as the run file has it.
struct RoleControl {
    std::string role{};            // as it was asked
    std::string stimulus{};        // "none" where nothing provokes it
    std::vector<unsigned> cpus{};  // OS ids of the workers' CPUs; none where nobody worked
    Result result = Result::not_run;
    std::string why{};                        // a sentence unless it passed
    std::optional<double> counted{}, idle{};  // over the team, under the stimulus and in the same stretch without it
    std::optional<std::uint64_t> times{};     // how often the stimulus happened
    friend bool operator==(const RoleControl&, const RoleControl&) = default;
};

// Makes a failure one of which nobody can say whose it is, with the reason to doubt it.
void excuse(RoleControl& answer, const std::string& doubt);

// One answer for each of `roles` that has a subject (subjects.tsv), in their order; the others are the kernel's own exact counts.
// Stimuli of two workers use the first two of `cpus`, the others the first. Runs on threads of its own and leaves the caller's
// CPU alone. Well below a second with a PMU, some milliseconds without. Never throws for what a machine lacks: that is a reason.
// Throws std::invalid_argument for a name that is no role.
[[nodiscard]] std::vector<RoleControl> control(const std::vector<std::string>& roles, const std::vector<unsigned>& cpus,
                                               counters::Kernel& kernel = counters::kernel_in_use(),
                                               const Stimuli& stimuli = stimuli_in_use());

}  // namespace latchmark::control
