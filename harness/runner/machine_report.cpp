// `machine`.
#include "harness/runner/machine_report.hpp"

#include <nlohmann/json.hpp>
#include <ostream>
#include <variant>

#include "harness/launch/control_answer.hpp"
#include "harness/machine/advice.hpp"
#include "harness/machine/placement.hpp"
#include "harness/runner/control.hpp"
#include "harness/runner/counters_report.hpp"
#include "harness/runner/facts.hpp"

namespace latchmark::runner {

namespace {

void print(std::ostream& out, const machine::Facts& facts) {
    for (const auto& [name, fact] : facts) {
        const auto* text = std::get_if<std::string>(&fact);
        out << "  " << name << ": " << (text != nullptr ? *text : "unknown: " + std::get<Unavailable>(fact).why) << '\n';
    }
}

void print_placements(std::ostream& out, const machine::Topology& topology) {
    for (const Placement placement : kPlacements)
        out << "  " << name_of(placement) << ": " << machine::lacks(topology, placement).value_or("yes") << '\n';
}

}  // namespace

void print_machine(std::ostream& out, bool as_json) {
    const auto topology = machine::this_machine();
    const auto suite = this_suite();
    const auto fingerprint = fingerprint_with(suite, topology);
    const auto control = control_here(every_role(), topology);
    const auto capability = after(control, counters::capability(every_role()));
    const auto advice = machine::advice(fingerprint);
    if (as_json) {
        nlohmann::json json{{"suite", json_of(suite, capability)},
                            {"machine", json_of(fingerprint, topology)},
                            {"counters", json_of(capability)},
                            {"advice", nlohmann::json::array()}};
        json["counters"]["control"] = launch::control_json(control);
        for (const auto& item : advice)
            json["advice"].push_back({{"what", item.what}, {"why", item.why}, {"command", item.command}});
        out << json.dump(1) << std::endl;
        return;
    }
    out << fingerprint.alias << ": " << machine::summary(topology) << " (hard key " << fingerprint.hard_key_hash
        << ")\nhardware\n";
    print(out, fingerprint.hard);
    out << "settings and software\n";
    print(out, fingerprint.soft);
    out << "placements\n";
    print_placements(out, topology);
    out << "counters\n";
    print_counters(out, capability, control);
    out << "what disturbs measuring\n";
    for (const auto& item : advice) out << "  " << item.what << ": " << item.why << "\n    " << item.command << '\n';
    if (advice.empty()) out << "  nothing known\n";
}

}  // namespace latchmark::runner
