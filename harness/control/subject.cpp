// Reads the table of subjects.
#include "harness/control/subject.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "harness/control/tables.hpp"
#include "harness/counters/tsv.hpp"

namespace latchmark::control {

namespace {

using Row = std::vector<std::string_view>;

enum Column : std::size_t { stimulus, cpus, least, most, idle_most, roles, reason, columns };

[[noreturn]] void refuse(std::string_view field) {
    throw std::runtime_error("subjects.tsv: no such word or number: '" + std::string(field) + "'");
}

std::optional<StimulusName> stimulus_in(std::string_view field) {
    if (field == "none") return std::nullopt;
    for (const StimulusName name : kStimuli)
        if (field == name_of(name)) return name;
    refuse(field);
}

std::optional<Placement> placement_in(std::string_view field) {
    if (field == "any") return std::nullopt;
    for (const Placement placement : {Placement::compact, Placement::same_llc, Placement::other_llc, Placement::other_socket})
        if (field == name_of(placement)) return placement;
    refuse(field);
}

std::optional<double> number_in(std::string_view field) {
    if (field.empty()) return std::nullopt;
    std::size_t read = 0;
    const double number = std::stod(std::string(field), &read);
    if (read != field.size()) refuse(field);
    return number;
}

std::vector<Subject> read_subjects() {
    std::vector<Subject> subjects;
    for (const Row& row : counters::rows_of(subjects_tsv(), columns, "subjects.tsv")) {
        Subject subject{.stimulus = stimulus_in(row[stimulus]),
                        .placement = placement_in(row[cpus]),
                        .bound = {number_in(row[least]), number_in(row[most]), number_in(row[idle_most])},
                        .reason = std::string(row[reason])};
        for (std::string_view names = row[roles]; !names.empty();) {
            const std::size_t space = std::min(names.find(' '), names.size());
            subject.role = names.substr(0, space);
            subjects.push_back(subject);
            names.remove_prefix(std::min(space + 1, names.size()));
        }
    }
    return subjects;
}

}  // namespace

std::span<const Subject> all_subjects() {
    static const std::vector<Subject> subjects = read_subjects();
    return subjects;
}

std::optional<Subject> subject_of(std::string_view role) {
    const auto subjects = all_subjects();
    if (const auto found = std::ranges::find(subjects, role, &Subject::role); found != subjects.end()) return *found;
    const std::size_t colon = role.find(':');
    if (colon == std::string_view::npos || !subject_of(role.substr(0, colon))) return std::nullopt;
    return Subject{.role = std::string(role), .reason = "the stimuli of this role run in user mode"};
}

}  // namespace latchmark::control
