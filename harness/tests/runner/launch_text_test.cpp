// Readings of a launch: what the run file's list of roles says already is not said again, what only this launch lacked is.
#include "harness/runner/launch_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace latchmark::runner {
namespace {

using nlohmann::json;

json readings_in_run_file(const json& readings, const RoleStatuses& listed) {
    const json answer{{"status", "ok"},
                      {"metrics", json::object()},
                      {"windows", json::object()},
                      {"readings", readings},
                      {"disturbance", json::object()},
                      {"cautions", json::array()},
                      {"cost", {{"set_up_ns", 1}, {"warm_up_ns", 1}, {"windows_ns", 1}}}};
    Outcome outcome{.status = LaunchStatus::ok, .text = answer.dump()};
    const auto launch = json::parse(launch_text({}, listed, outcome));
    EXPECT_EQ(launch["status"], "ok") << launch["why"];
    return launch["readings"];
}

json without_value(const std::string& status) {
    return {{"status", status}, {"value", nullptr}, {"per_worker", {nullptr}}, {"why", "because"}};
}

TEST(LaunchText, KeepsWhatOnlyThisLaunchLacks) {
    const RoleStatuses listed{{"cycles", "counted"}, {"instructions", "no_pmu"}};
    // Workers on cores of two kinds; a limit of open files; an outsider's role.
    for (const char* status : {"not_supported", "open_failed", "never_scheduled", "no_encoding"}) {
        const json readings{
            {"cycles", without_value(status)}, {"instructions", without_value(status)}, {"new", without_value(status)}};
        EXPECT_EQ(readings_in_run_file(readings, listed), readings) << status;
    }
}

TEST(LaunchText, LeavesOutWhatTheMachineLacks) {
    const RoleStatuses listed{{"cycles", "counted"}, {"instructions", "no_pmu"}, {"branches", "unresponsive"}};
    const json counted{{"status", "counted"}, {"value", 1}, {"per_worker", {1}}};
    const json readings{
        {"cycles", counted}, {"instructions", without_value("no_pmu")}, {"branches", without_value("unresponsive")}};
    EXPECT_EQ(readings_in_run_file(readings, listed), (json{{"cycles", counted}}));
}

// A value is never thrown away, and another version's answer is no reason to end a run.
TEST(LaunchText, KeepsValuesAndWhatItDoesNotUnderstand) {
    const json readings{{"cycles", {{"status", "scaled"}, {"value", 0}}}, {"instructions", "gone"}, {"branches", json::object()}};
    EXPECT_EQ(readings_in_run_file(readings, {{"cycles", "scaled"}, {"instructions", "gone"}, {"branches", "no_pmu"}}), readings);
}

json launch_with(const json& said, std::optional<double> asked) {
    json answer{{"status", "ok"},
                {"metrics", {{"time_per_operation", {{"value", 5}}}}},
                {"windows", json::object()},
                {"readings", json::object()},
                {"disturbance", json::object()},
                {"cautions", json::array()},
                {"cost", {{"set_up_ns", 1}, {"warm_up_ns", 1}, {"windows_ns", 1}}}};
    if (!said.is_null()) answer["extra_share"] = said;
    Outcome outcome{.status = LaunchStatus::ok, .text = answer.dump()};
    const auto launch = json::parse(launch_text({.began_s = 1.5, .extra_share = asked}, {}, outcome));
    EXPECT_EQ(name_of(outcome.status), launch["status"]);
    EXPECT_EQ(launch["began_s"], 1.5);
    return launch;
}

// Otherwise a gate that is tried with a slowdown would say that it did not see it.
TEST(LaunchText, FailsALaunchThatDidNotDoTheExtraOperations) {
    EXPECT_EQ(launch_with(0.05, 0.05)["status"], "ok");
    EXPECT_EQ(launch_with(nullptr, std::nullopt)["status"], "ok");
    for (const json& said : {json(nullptr), json(0.1), json(0)}) {
        const auto launch = launch_with(said, 0.05);
        EXPECT_EQ(launch["status"], "failed");
        EXPECT_EQ(
            launch["why"],
            "asked for 0.05 operations beside each that it reports, it does not say that it did them: rebuild the older side");
        EXPECT_TRUE(launch["metrics"].empty());
        EXPECT_TRUE(launch["cost"].is_null());
    }
    EXPECT_EQ(launch_with("0.05", 0.05)["why"], "its answer is not a launch's: `extra_share` has the wrong type (string)");
}

TEST(RoleStatuses, AreThoseOfTheListAfterTheControl) {
    Record record;
    record.beginning.counters =
        R"({"roles": [{"role": "cycles", "status": "counted"}, {"role": "cycles:kernel", "status": "not_permitted"}]})";
    record.plan.unresponsive = {"cycles"};
    EXPECT_EQ(role_statuses_of(record), (RoleStatuses{{"cycles", "unresponsive"}, {"cycles:kernel", "not_permitted"}}));
}

}  // namespace
}  // namespace latchmark::runner
