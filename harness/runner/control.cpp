// Tasks of the positive control, and their answers together.
#include "harness/runner/control.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <variant>

#include "harness/control/subject.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/launch/control_answer.hpp"
#include "harness/machine/placement.hpp"

namespace latchmark::runner {

namespace {

using control::RoleControl;
using Answers = std::vector<RoleControl>;

RoleControl unanswered(const std::string& role, const std::string& why) {
    const auto subject = control::subject_of(role);
    return {.role = role,
            .stimulus = std::string(subject && subject->stimulus ? name_of(*subject->stimulus) : "none"),
            .result = control::Result::not_run,
            .why = why};
}

Answers unanswered(const std::vector<std::string>& roles, const std::string& why) {
    Answers answers;
    for (const auto& role : roles) answers.push_back(unanswered(role, why));
    return answers;
}

// One for each role that was asked, and no other: another build may have another table.
Answers answers_in(const Outcome& outcome, const std::vector<std::string>& roles) {
    if (outcome.status != LaunchStatus::ok) return unanswered(roles, "the positive control has no answer: " + outcome.why);
    try {
        const auto said = launch::control_from(answer_of(outcome).value("control", nlohmann::json()));
        Answers answers;
        for (const auto& role : roles) {
            const auto answer = std::ranges::find(said, role, &RoleControl::role);
            answers.push_back(answer == said.end() ? unanswered(role, "the positive control did not answer for it") : *answer);
        }
        return answers;
    } catch (const std::invalid_argument& problem) {
        return unanswered(roles, std::string("the positive control answered something else: ") + problem.what());
    }
}

using Ask = std::function<std::optional<Answers>(const std::vector<std::string>& roles, const std::vector<unsigned>& cpus)>;

// In the order of `roles`.
std::optional<Answers> ask_all(const std::vector<std::string>& roles, const machine::Topology& topology, const Ask& ask) {
    Answers answers;
    for (const auto& task : control_tasks(roles, topology)) {
        const auto* cpus = std::get_if<std::vector<unsigned>>(&task.cpus);
        auto some = cpus != nullptr ? ask(task.roles, *cpus) : unanswered(task.roles, std::get<Unavailable>(task.cpus).why);
        if (!some) return std::nullopt;
        if (!task.doubt.empty())
            for (auto& answer : *some)
                if (answer.result == control::Result::failed) control::excuse(answer, task.doubt);
        answers.insert(answers.end(), some->begin(), some->end());
    }
    std::ranges::sort(answers, {}, [&](const RoleControl& answer) { return std::ranges::find(roles, answer.role); });
    return answers;
}

launch::Request control_request(const std::vector<std::string>& roles, const std::vector<unsigned>& cpus) {
    return {.kind = launch::Kind::control, .workers = cpus.size(), .cpus = cpus, .roles = roles};
}

}  // namespace

std::vector<ControlTask> control_tasks(const std::vector<std::string>& roles, const machine::Topology& topology) {
    ControlTask alone{.cpus = std::vector{machine::seats_of(topology).front()}};
    std::vector<ControlTask> pairs;
    for (const Placement placement : {Placement::compact, Placement::same_llc, Placement::other_llc, Placement::other_socket}) {
        ControlTask task{.cpus = machine::place(topology, placement, 2)};
        // Any two cores then: a role that reacts does so wherever they are.
        if (placement == Placement::same_llc && !topology.llc_is_known)
            task = {.cpus = machine::place(topology, Placement::compact, 2),
                    .doubt = "this machine does not say whether these two share a last-level cache"};
        for (const auto& role : roles)
            if (const auto subject = control::subject_of(role); subject && subject->placement == placement)
                task.roles.push_back(role);
        if (!task.roles.empty()) pairs.push_back(std::move(task));
    }
    for (const auto& role : roles)
        if (const auto subject = control::subject_of(role); subject && !subject->placement) alone.roles.push_back(role);
    if (!alone.roles.empty()) pairs.insert(pairs.begin(), std::move(alone));
    return pairs;
}

std::vector<std::string> roles_asked(const Plan& plan) {
    auto roles = counters::roles_of_launch({});
    for (const auto& experiment : plan.experiments)
        for (const auto& group : experiment.roles)
            for (const auto& role : group)
                if (std::ranges::find(roles, role) == roles.end()) roles.push_back(role);
    return roles;
}

std::optional<std::vector<RoleControl>> control_by_launches(Launcher& launcher, const std::vector<std::string>& roles,
                                                            const machine::Topology& topology) {
    return ask_all(roles, topology, [&](const auto& of_task, const auto& cpus) -> std::optional<Answers> {
        const auto outcome = launcher.launch(0, control_request(of_task, cpus), false);
        if (outcome.status == LaunchStatus::interrupted) return std::nullopt;
        return answers_in(outcome, of_task);
    });
}

std::vector<RoleControl> control_here(const std::vector<std::string>& roles, const machine::Topology& topology) {
    return ask_all(roles, topology, [](const auto& of_task, const auto& cpus) { return control::control(of_task, cpus); })
        .value_or(Answers{});
}

}  // namespace latchmark::runner
