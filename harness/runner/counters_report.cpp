// Columns, groups and line breaks.
#include "harness/runner/counters_report.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iomanip>
#include <optional>
#include <ostream>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>

namespace latchmark::runner {

namespace {

constexpr std::size_t kColumns = 100;

// Words of the text in lines behind this indentation, the first line included.
void print_wrapped(std::ostream& out, std::size_t indentation, const std::string& text) {
    std::size_t column = 0;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (column > 0 && column + 1 + word.size() > kColumns) {
            out << '\n';
            column = 0;
        }
        const std::string before(column == 0 ? indentation : 1, ' ');
        out << before << word;
        column += before.size() + word.size();
    }
    out << '\n';
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

void print_host(std::ostream& out, const counters::Capability& capability) {
    const auto fact = [&](std::string_view name, const std::string& value) {
        print_wrapped(out, 2, std::string(name) + ": " + value);
    };
    fact("CPU", capability.cpu);
    fact("event table", capability.table.value_or("none"));
    fact("PMUs of the CPU", capability.pmus.empty() ? "none" : joined(capability.pmus));
    const auto& level = capability.perf_event_paranoid;
    fact("kernel.perf_event_paranoid", level ? std::to_string(*level) : "not there: a kernel without perf events");
    fact("hypervisor", capability.hypervisor.value_or("none known"));
    fact("libpfm4", capability.libpfm.value_or("unknown"));
    if (capability.script) fact("stands in for the hardware", *capability.script);
}

using Row = std::array<std::string, 6>;

// What the control says of a role that counts.
std::string word_of(const std::vector<control::RoleControl>& control, const std::string& role) {
    const auto answer = std::ranges::find(control, role, &control::RoleControl::role);
    return answer == control.end() ? "exact" : std::string(control::name_of(answer->result));
}

// A role that counts, as the table has it.
Row row_of(const counters::RoleAnswer& answer, std::string control) {
    return {answer.role,
            answer.unit,
            std::string(answer.tier ? counters::name_of(*answer.tier) : ""),
            std::string(answer.scope ? counters::name_of(*answer.scope) : ""),
            std::move(control),
            answer.source.value_or("")};
}

void print_counted(std::ostream& out, const std::vector<counters::RoleAnswer>& roles,
                   const std::vector<control::RoleControl>& control) {
    std::vector<Row> rows{{"role", "unit", "tier", "scope", "control", "event"}};
    for (const auto& role : roles)
        if (counters::has_value(role.status)) rows.push_back(row_of(role, word_of(control, role.role)));
    if (rows.size() == 1) {
        out << "  no role counts\n";
        return;
    }
    std::array<std::size_t, std::tuple_size_v<Row> - 1> widths{};
    for (const auto& row : rows)
        for (std::size_t column = 0; column < widths.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    out << "  these roles count (control: whether they reacted to what they should count):\n";
    for (const auto& row : rows) {
        out << "    ";
        for (std::size_t column = 0; column < widths.size(); ++column)
            out << std::left << std::setw(static_cast<int>(widths[column]) + 2) << row[column];
        out << row.back() << '\n';
    }
}

void print_uncounted(std::ostream& out, const std::vector<counters::RoleAnswer>& roles) {
    // In the order of their first role; one reason often keeps dozens of roles from counting.
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const auto& role : roles) {
        if (counters::has_value(role.status)) continue;
        const std::string why = std::string(counters::name_of(role.status)) + ": " + role.why.value_or("");
        auto group = std::ranges::find(groups, why, [](const auto& known) { return known.first; });
        if (group == groups.end()) group = groups.insert(groups.end(), {why, {}});
        group->second.push_back(role.role);
    }
    for (const auto& [why, names] : groups) {
        out << "  " << (names.size() == 1 ? "this role does" : "these roles do") << " not:\n";
        print_wrapped(out, 4, why);
        print_wrapped(out, 6, joined(names));
    }
}

}  // namespace

std::vector<std::string> every_role() {
    std::vector<std::string> names;
    for (const auto& role : counters::all_roles()) {
        names.emplace_back(role.name);
        if (role.name == "cycles") names.emplace_back("cycles:kernel");
    }
    return names;
}

counters::Capability after(const std::vector<control::RoleControl>& control, counters::Capability capability) {
    for (auto& role : capability.roles) {
        const auto answer = std::ranges::find(control, role.role, &control::RoleControl::role);
        if (answer == control.end() || answer->result != control::Result::failed) continue;
        role.status = counters::Status::unresponsive;
        role.why = answer->why;
    }
    return capability;
}

void print_counters(std::ostream& out, const counters::Capability& capability, const std::vector<control::RoleControl>& control) {
    print_host(out, capability);
    print_counted(out, capability.roles, control);
    print_uncounted(out, capability.roles);
}

}  // namespace latchmark::runner
