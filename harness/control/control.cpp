// Who is asked with whom, how often, and what becomes of it.
#include "harness/control/control.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

#include "harness/control/subject.hpp"
#include "harness/control/team.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/role.hpp"
#include "harness/machine/pinning.hpp"

namespace latchmark::control {

namespace {

// As many as a launch counts together, beside its anchors.
constexpr std::size_t kGroup = 3;
// An interrupt, or another virtual machine, within a stretch must not cost a role its readings of a whole run.
constexpr int kAttempts = 3;

struct Question {
    Subject subject{};
    RoleControl answer{};
};
using Questions = std::span<Question* const>;

// What stands in the way before anything is done; empty: nothing.
std::string obstacle(const Question& question, const std::vector<unsigned>& cpus, counters::Kernel& kernel) {
    const auto resolved = counters::resolve({question.answer.role}, {.cpus = cpus}, kernel);
    for (const auto& role : resolved) {
        const counters::RoleCount refused{0, 0, 0, role.status, role.error, 0};
        if (!counters::has_value(role.status))
            return counters::team_reading(role, std::span(&refused, 1)).why.value_or("it cannot be counted here");
    }
    const auto& stimulus = question.subject.stimulus;
    if (!stimulus) return question.subject.reason;
    if (workers_of(*stimulus) > cpus.size()) return std::string(name_of(*stimulus)) + " needs two CPUs, and here is one";
    return {};
}

// The anchors lead the group as in launches.
std::vector<std::string> roles_of(Questions group) {
    std::vector<std::string> roles;
    for (const Question* question : group) roles.push_back(question->answer.role);
    for (const char* anchor : {"instructions", "cycles"})
        if (std::ranges::find(roles, anchor) == roles.end()) roles.insert(roles.begin(), anchor);
    return roles;
}

counters::Reading reading_of(const counters::ResolvedRole& role, std::size_t index,
                             const std::vector<counters::WorkerCounts>& workers) {
    std::vector<counters::RoleCount> counts;
    counts.reserve(workers.size());
    for (const auto& worker : workers) counts.push_back(index < worker.size ? worker.roles[index] : counters::RoleCount{});
    return counters::team_reading(role, counts);
}

void judge(Question& question, const counters::ResolvedRole& role, std::size_t index, const TeamCounts& counts) {
    const auto counted = reading_of(role, index, counts.stimulus);
    const auto idle = reading_of(role, index, counts.idle);
    auto verdict = verdict_of(question.subject.bound, *question.subject.stimulus, counts.times, counted, idle);
    question.answer.result = verdict.result;
    question.answer.why = std::move(verdict.why);
    question.answer.counted = counted.value;
    question.answer.idle = idle.value;
    question.answer.times = counts.times;
}

void ask(Stimulus& stimulus, Questions group, const std::vector<unsigned>& cpus, counters::Kernel& kernel) {
    const auto roles = roles_of(group);
    // As many as were asked: three fit beside the anchors.
    const auto resolved = counters::resolve(roles, {.cpus = cpus}, kernel);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto counts = count_team(stimulus, cpus, resolved, kernel);
        for (Question* question : group) {
            if (question->answer.result == Result::passed) continue;
            if (const auto* problem = std::get_if<Unavailable>(&counts)) {
                question->answer.result = Result::not_run;
                question->answer.why = problem->why;
            } else {
                const auto index = static_cast<std::size_t>(std::ranges::find(roles, question->answer.role) - roles.begin());
                judge(*question, resolved.at(index), index, std::get<TeamCounts>(counts));
            }
        }
        if (std::ranges::none_of(group, [](const Question* asked) { return asked->answer.result == Result::failed; })) return;
    }
}

// By a thread on the first worker's CPU, so that its memory is at home on that one's node: AMD counts a fill as another node's
// by the home of the line, wherever the cache is that had it.
std::unique_ptr<Stimulus> made_on(unsigned cpu, StimulusName name, const Stimuli& stimuli) {
    const auto make = [&] {
        static_cast<void>(machine::pin_this_thread(cpu));  // a worker that cannot be pinned says so itself
        return stimuli(name);
    };
    return std::async(std::launch::async, make).get();
}

void ask_all(StimulusName name, const std::vector<Question*>& questions, const std::vector<unsigned>& cpus,
             counters::Kernel& kernel, const Stimuli& stimuli) {
    const auto of_team = std::vector(cpus.begin(), cpus.begin() + static_cast<std::ptrdiff_t>(workers_of(name)));
    for (Question* question : questions) question->answer.cpus = of_team;
    try {
        const auto stimulus = made_on(of_team.front(), name, stimuli);
        for (std::size_t first = 0; first < questions.size(); first += kGroup)
            ask(*stimulus, Questions(questions).subspan(first, std::min(kGroup, questions.size() - first)), of_team, kernel);
    } catch (const std::exception& problem) {
        for (Question* question : questions)
            if (question->answer.why.empty() && question->answer.result == Result::not_run)
                question->answer.why = std::string(name_of(name)) + ": " + problem.what();
    }
}

}  // namespace

void excuse(RoleControl& answer, const std::string& doubt) {
    answer.result = Result::not_run;
    answer.why += "; but " + doubt;
}

std::vector<RoleControl> control(const std::vector<std::string>& roles, const std::vector<unsigned>& cpus,
                                 counters::Kernel& kernel, const Stimuli& stimuli) {
    std::vector<Question> questions;
    for (const std::string& role : roles) {
        auto subject = subject_of(role);
        if (!subject && counters::find_role(std::string_view(role).substr(0, role.find(':'))) == nullptr)
            throw std::invalid_argument("no such role: " + role);
        if (!subject) continue;
        RoleControl answer{.role = role, .stimulus = std::string(subject->stimulus ? name_of(*subject->stimulus) : "none")};
        questions.push_back({std::move(*subject), std::move(answer)});
    }
    std::map<StimulusName, std::vector<Question*>> possible;
    for (Question& question : questions) {
        question.answer.why = obstacle(question, cpus, kernel);
        if (question.answer.why.empty()) possible[*question.subject.stimulus].push_back(&question);
    }
    for (const auto& [name, of_stimulus] : possible) ask_all(name, of_stimulus, cpus, kernel, stimuli);

    std::vector<RoleControl> answers;
    answers.reserve(questions.size());
    for (auto& [subject, answer] : questions) {
        if (answer.result == Result::failed && !subject.reason.empty()) excuse(answer, subject.reason);
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace latchmark::control
