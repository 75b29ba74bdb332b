// The positive control of a run: which roles are asked where, and what the plan and the run file make of a failure.
#include "harness/runner/control.hpp"

#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "harness/launch/control_answer.hpp"
#include "harness/runner/record.hpp"
#include "harness/runner/run_file.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"

namespace latchmark::runner {
namespace {

using nlohmann::json;
using Cpus = std::vector<unsigned>;

const std::vector<std::string> kRoles{"task_clock",        "page_faults", "cycles", "cross_core_loads", "demand_fills_other_ccx",
                                      "cross_socket_loads"};

// By the first role of each task.
std::map<std::string, OrUnavailable<Cpus>> tasks_on(const std::string& machine) {
    std::map<std::string, OrUnavailable<Cpus>> tasks;
    for (const auto& task : control_tasks(kRoles, machine::described(machine))) tasks.emplace(task.roles.front(), task.cpus);
    return tasks;
}

TEST(ControlTasks, TakeThePairThatARoleIsAbout) {
    const auto tasks = tasks_on("synthetic:package:2 l3:2 core:2 pu:2");
    ASSERT_EQ(tasks.size(), 4U);
    EXPECT_EQ(std::get<Cpus>(tasks.at("page_faults")), Cpus{0});
    EXPECT_EQ(std::get<Cpus>(tasks.at("cross_core_loads")), (Cpus{0, 2}));
    EXPECT_EQ(std::get<Cpus>(tasks.at("demand_fills_other_ccx")), (Cpus{0, 4}));
    EXPECT_EQ(std::get<Cpus>(tasks.at("cross_socket_loads")), (Cpus{0, 8}));
}

TEST(ControlTasks, SayWhatTheMachineLacks) {
    const auto tasks = tasks_on("synthetic:package:1 l3:1 core:1 pu:1");
    EXPECT_EQ(std::get<Cpus>(tasks.at("page_faults")), Cpus{0});
    for (const char* role : {"cross_core_loads", "demand_fills_other_ccx", "cross_socket_loads"})
        EXPECT_FALSE(std::get<Unavailable>(tasks.at(role)).why.empty()) << role;
}

TEST(ControlTasks, WithoutKnownCachesTakeAnyTwoCoresAndBlameNoRoleThatNeedsOne) {
    auto machine = machine::described("synthetic:package:1 core:4 pu:2");
    machine.llc_is_known = false;
    std::map<std::string, ControlTask> tasks;
    for (auto& task : control_tasks({"cross_core_loads", "l1d_invalidations", "demand_fills_other_ccx"}, machine))
        tasks.emplace(task.roles.front(), task);
    EXPECT_EQ(std::get<Cpus>(tasks.at("cross_core_loads").cpus), (Cpus{0, 2}));
    EXPECT_NE(tasks.at("cross_core_loads").doubt, "");
    EXPECT_EQ(std::get<Cpus>(tasks.at("l1d_invalidations").cpus), (Cpus{0, 2}));
    EXPECT_EQ(tasks.at("l1d_invalidations").doubt, "");  // any other core takes lines away
    EXPECT_TRUE(std::holds_alternative<Unavailable>(tasks.at("demand_fills_other_ccx").cpus));
}

TEST(ControlTasks, OfTwoWorkersNeedTwoCoresNotTwoSiblings) {
    for (const auto& task : control_tasks({"l1d_invalidations", "cross_core_loads"}, machine::described("synthetic:core:1 pu:2")))
        EXPECT_TRUE(std::holds_alternative<Unavailable>(task.cpus)) << task.roles.front();
}

TEST(ControlTasks, LeaveOutWhatNeedsNoProof) {
    for (const auto& task : control_tasks(kRoles, machine::described("synthetic:core:2 pu:1")))
        EXPECT_EQ(std::ranges::find(task.roles, "task_clock"), task.roles.end());
    EXPECT_TRUE(control_tasks({"task_clock"}, machine::described("synthetic:core:2 pu:1")).empty());
}

TEST(Control, AnswersInThisProcessAndInOrder) {
    const std::vector<std::string> roles{"voluntary_switches", "cross_socket_loads", "page_faults"};
    const auto answers = control_here(roles, machine::this_machine());
    ASSERT_EQ(answers.size(), roles.size());
    for (std::size_t index = 0; index < roles.size(); ++index) {
        EXPECT_EQ(answers[index].role, roles[index]);
        EXPECT_EQ(answers[index].why.empty(), answers[index].result == control::Result::passed) << roles[index];
    }
}

Record record_with(const std::vector<control::RoleControl>& answers) {
    Record record{.plan = plan_of(tests::fake_catalogue({"one"}), tests::fake_preset(),
                                  machine::described("synthetic:core:2 pu:1"), "0123", 7)};
    record.plan.clock = ClockFacts{1, 1, 1};
    record.beginning.suite = record.beginning.machine = "{}";
    record.beginning.counters =
        R"({"control": [], "roles": [{"role": "cycles", "status": "counted", "why": null, "source": "perf::CYCLES"},
                                     {"role": "page_faults", "status": "counted", "why": null}]})";
    note(answers, record);
    return record;
}

const std::vector<control::RoleControl> kOneDead{
    {.role = "cycles", .stimulus = "chain", .result = control::Result::failed, .why = "it counted 0"},
    {.role = "page_faults", .stimulus = "fresh_pages", .why = "no thread"}};

TEST(Control, OfAFailedRoleReachesTheRequests) {
    const auto record = record_with(kOneDead);
    EXPECT_EQ(request_of(record.plan, 0, 0).unresponsive, std::vector<std::string>{"cycles"});
    EXPECT_FALSE(to_json(record.plan).contains("unresponsive"));  // another run has another control
}

TEST(Control, OfAFailedRoleIsItsStatusInTheRunFile) {
    const auto counters = json::parse(run_file_text(record_with(kOneDead), {}))["counters"];
    EXPECT_EQ(counters["control"], launch::control_json(kOneDead));
    EXPECT_EQ(counters["roles"][0],
              (json{{"role", "cycles"}, {"status", "unresponsive"}, {"why", "it counted 0"}, {"source", "perf::CYCLES"}}));
    EXPECT_EQ(counters["roles"][1]["status"], "counted");
}

TEST(Control, GoesThroughJsonAndBack) {
    EXPECT_EQ(launch::control_from(launch::control_json(kOneDead)), kOneDead);
    EXPECT_THROW(static_cast<void>(launch::control_from(json::object())), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(launch::control_from(json::parse(R"([{"role": 7}])"))), std::invalid_argument);
}

}  // namespace
}  // namespace latchmark::runner
