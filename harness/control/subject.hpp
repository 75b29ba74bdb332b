// Which roles answer to which stimulus, and with how much: the table subjects.tsv.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/control/stimulus.hpp"
#include "harness/control/verdict.hpp"
#include "latchmark/machine/placement.hpp"

namespace latchmark::control {

struct Subject {
    std::string role{};                      // as it is asked
    std::optional<StimulusName> stimulus{};  // none: nothing provokes it
    std::optional<Placement> placement{};    // of the two workers, where the stimulus has two
    Bound bound{};
    std::string reason{};  // why there is no stimulus; beside one, why a count that did not react is not to blame
};

// In the order of subjects.tsv. Throws std::runtime_error, with the line, where the table says something else than this.
[[nodiscard]] std::span<const Subject> all_subjects();

// Of a role as it is asked. None for the kernel's own exact counts, of which nothing need be shown.
[[nodiscard]] std::optional<Subject> subject_of(std::string_view role);

}  // namespace latchmark::control
