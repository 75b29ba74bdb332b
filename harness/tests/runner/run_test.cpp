// Whole runs with stand-in launches: every way to fail, stopping, resuming, several sides.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/runner/journal.hpp"
#include "harness/runner/run_command.hpp"
#include "harness/runner/run_file.hpp"
#include "harness/tests/runner/runs.hpp"

namespace latchmark::runner {
namespace {

using nlohmann::json;
using tests::launch_prefix;
using tests::Runs;

TEST_F(Runs, ThatGoWellLeaveOneFile) {
    EXPECT_EQ(run(request(), {"steady", "slow", "never_threaded"}), Exit::good);
    EXPECT_EQ(out_, (folder_.path() / "run").string() + "\n");
    EXPECT_FALSE(has_journal());
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run" / "run.json.tmp"));
    const auto file = run_file();
    EXPECT_TRUE(file["run"]["complete"].get<bool>());
    EXPECT_TRUE(file["run"]["incomplete_reason"].is_null());
    EXPECT_EQ(file["run"]["seed"], "5");
    EXPECT_EQ(file["launches"].size(), 3U * 3U);
    EXPECT_EQ(file["machine"]["clock"]["read_ns"], 25.0);
    for (std::size_t order = 0; order < file["launches"].size(); ++order) {
        const auto& launch = file["launches"][order];
        EXPECT_EQ(launch["order"], order);
        EXPECT_EQ(launch["status"], "ok");
        const auto& cost = launch["cost"];
        EXPECT_DOUBLE_EQ(cost["overhead_ns"], cost["wall_ns"].get<double>() - 6.0);
        // What the launch saw and what the runner saw.
        EXPECT_TRUE(launch["disturbance"].contains("roles"));
        EXPECT_TRUE(launch["disturbance"].contains("steal_share"));
    }
}

TEST_F(Runs, RecordHowEachLaunchFailed) {
    auto asked = request();
    asked.changes.rounds = 1;
    asked.time_limit_ns = 5'000'000'000;
    EXPECT_EQ(run(asked, {"steady", "crash", "hang", "garbage", "silent", "old_protocol", "half_answer", "verify_failed",
                          "talker", "orphan", "broken"}),
              Exit::bad);
    const auto found = statuses();
    EXPECT_EQ(found.at("steady").first, "ok");
    EXPECT_EQ(found.at("orphan").first, "ok");
    EXPECT_EQ(found.at("crash").first, "crashed");
    // An emulator adds words of its own.
    EXPECT_TRUE(found.at("crash").second.starts_with("killed by signal 11 (SIGSEGV)"));
    EXPECT_EQ(found.at("hang").first, "timed_out");
    EXPECT_EQ(found.at("garbage").first, "failed");
    EXPECT_EQ(found.at("silent"), (std::pair<std::string, std::string>("crashed", "exited without an answer")));
    EXPECT_EQ(found.at("old_protocol").first, "failed");
    EXPECT_EQ(found.at("half_answer"),
              (std::pair<std::string, std::string>("failed", "its answer is not a launch's: `windows` is missing")));
    EXPECT_EQ(found.at("verify_failed"), (std::pair<std::string, std::string>("verify_failed", "one increment is lost")));
    EXPECT_EQ(found.at("talker").first, "crashed");
    EXPECT_NE(found.at("talker").second.find("no memory left"), std::string::npos);
    EXPECT_EQ(found.at("broken").first, "crashed");
    EXPECT_TRUE(found.at("broken").second.starts_with("in calibration: killed by signal 6 (SIGABRT)"));
    const auto file = run_file();
    for (const auto& launch : file["launches"]) {
        if (launch["status"] == "ok") continue;
        EXPECT_TRUE(launch["metrics"].empty() && launch["windows"].is_null() && launch["cost"].is_null()) << launch["status"];
    }
    EXPECT_NE(err_.find("verify_failed"), std::string::npos);
}

// What two runs of one plan have in common: everything but times and what happened around them.
json comparable(const json& file) {
    json launches = json::array();
    for (const auto& launch : file["launches"])
        launches.push_back(
            {launch["point"], launch["side"], launch["round"], launch["order"], launch["status"], launch["metrics"]});
    return {launches, file["points"], file["experiments"], file["counters"]["control"]};
}

std::set<int> rounds_in(const json& file) {
    std::set<int> rounds;
    for (const auto& round : file["rounds"]) rounds.insert(round["round"].get<int>());
    return rounds;
}

TEST_F(Runs, WatchEachRoundAsAWhole) {
    ASSERT_EQ(run(request(), {"steady", "other"}), Exit::good);
    const auto file = run_file();
    ASSERT_EQ(rounds_in(file), (std::set{0, 1, 2}));
    double previous_s = 0;
    for (const auto& round : file["rounds"]) {
        EXPECT_GE(round["began_s"].get<double>(), previous_s);
        previous_s = round["ended_s"];
        double left_s = round["ended_s"].get<double>() - round["began_s"].get<double>();
        for (const auto& launch : file["launches"]) {
            if (launch["round"] != round["round"]) continue;
            left_s -= launch["cost"]["wall_ns"].get<double>() * 1e-9;
            EXPECT_GE(launch["began_s"], round["began_s"]);
            EXPECT_LE(launch["began_s"].get<double>() + launch["cost"]["wall_ns"].get<double>() * 1e-9, previous_s);
        }
        EXPECT_NEAR(round["between_s"].get<double>(), left_s, 1e-6);
        EXPECT_GE(round["between_s"], 0);
        EXPECT_EQ(round["disturbance"].size(), file["run"]["disturbance"].size());
    }
    EXPECT_LE(previous_s, file["run"]["duration_s"]);
}

TEST_F(Runs, ThatWereStoppedAndResumedEqualUninterruptedOnes) {
    const std::vector<std::string> variants{"steady", "slow", "other"};
    ASSERT_EQ(run(request("whole"), variants), Exit::good);
    // 1 launch for the clock, 1 for the control, 3 calibrations, 9 launches: stopped in each of them.
    for (int stop_at = 2; stop_at <= 14; ++stop_at) {
        const auto folder = "stopped" + std::to_string(stop_at);
        std::filesystem::remove(folder_.path() / "count");
        setenv("STAND_IN_STOP_AT", std::to_string(stop_at).c_str(), 1);
        ASSERT_EQ(run(request(folder), variants), Exit::incomplete) << stop_at;
        EXPECT_EQ(out_, (folder_.path() / folder).string() + "\n");
        const auto stopped = run_file(folder);
        EXPECT_FALSE(stopped["run"]["complete"].get<bool>());
        EXPECT_TRUE(stopped["run"]["incomplete_reason"].is_string());
        EXPECT_EQ(stopped["launches"].size(), static_cast<std::size_t>(std::max(0, stop_at - 6)));
        EXPECT_TRUE(has_journal(folder));
        EXPECT_EQ(stopped["counters"]["control"].empty(), stop_at == 2);

        unsetenv("STAND_IN_STOP_AT");
        RunRequest again{.resume = folder_.path() / folder, .launch_prefix = launch_prefix(), .lock_name = request().lock_name};
        ASSERT_EQ(run(again, variants), Exit::good) << err_;
        EXPECT_FALSE(has_journal(folder));
        const auto resumed = run_file(folder);
        EXPECT_TRUE(resumed["run"]["complete"].get<bool>());
        EXPECT_EQ(resumed["run"]["resumed"], 1);
        EXPECT_EQ(comparable(resumed), comparable(run_file("whole"))) << stop_at;
        // Three launches a round: one that was stopped in its middle was watched by nobody as a whole.
        const int launched = std::max(0, stop_at - 6);
        EXPECT_EQ(stopped["rounds"].size(), static_cast<std::size_t>(launched / 3)) << stop_at;
        auto watched = std::set{0, 1, 2};
        if (launched % 3 != 0) watched.erase(launched / 3);
        EXPECT_EQ(rounds_in(resumed), watched) << stop_at;
        for (std::size_t i = 0; i < stopped["rounds"].size(); ++i) EXPECT_EQ(resumed["rounds"][i], stopped["rounds"][i]);
    }
}

TEST_F(Runs, TryACalibrationTwice) {
    EXPECT_EQ(run(request(), {"flaky"}), Exit::good);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "count.died"));
}

TEST_F(Runs, SkipWhatOnlyTryingShowsToBeUnavailable) {
    EXPECT_EQ(run(request(), {"steady", "unavailable"}), Exit::good);
    const auto file = run_file();
    EXPECT_EQ(file["points"][1]["skip"], "it needs a PMU");
    EXPECT_TRUE(file["points"][1]["cpus"].empty());
    EXPECT_EQ(file["launches"].size(), 3U);
    EXPECT_THROW(run(request("nothing"), {"unavailable"}), InfrastructureError);
}

// By role.
std::map<std::string, json> control_of(const json& file) {
    std::map<std::string, json> answers;
    for (const auto& answer : file["counters"]["control"]) answers.emplace(answer["role"].get<std::string>(), answer);
    return answers;
}

TEST_F(Runs, CountNoRoleThatDoesNotReact) {
    ASSERT_EQ(run(request(), {"steady", "slow"}), Exit::good);
    const auto file = run_file();
    const auto control = control_of(file);
    EXPECT_EQ(control.at("page_faults")["result"], "failed");
    EXPECT_EQ(control.at("voluntary_switches")["result"], "passed");
    EXPECT_EQ(control.at("context_switches")["result"], "not_run");
    EXPECT_EQ(control.at("context_switches")["why"], "the positive control did not answer for it");
    for (const auto& launch : file["launches"]) EXPECT_EQ(launch["disturbance"]["unresponsive"], json::array({"page_faults"}));
}

TEST_F(Runs, KeepTheirControlWhenTheyAreResumed) {
    setenv("STAND_IN_STOP_AT", "3", 1);  // in the calibration: the clock and the control are done
    ASSERT_EQ(run(request(), {"steady"}), Exit::incomplete);
    const auto control = run_file()["counters"]["control"];
    unsetenv("STAND_IN_STOP_AT");
    setenv("STAND_IN_CONTROL", "crash", 1);  // another one would have other answers
    RunRequest again{.resume = folder_.path() / "run", .launch_prefix = launch_prefix(), .lock_name = request().lock_name};
    ASSERT_EQ(run(again, {"steady"}), Exit::good) << err_;
    EXPECT_EQ(run_file()["counters"]["control"], control);
    EXPECT_EQ(control_of(run_file()).at("page_faults")["result"], "failed");
    const auto file = run_file();
    for (const auto& launch : file["launches"]) EXPECT_EQ(launch["disturbance"]["unresponsive"], json::array({"page_faults"}));
}

TEST_F(Runs, AreNotHarmedByTheirControl) {
    const std::map<std::string, std::string> whys{
        {"crash", "the positive control has no answer: killed by signal 11 (SIGSEGV)"},
        {"hang", "the positive control has no answer: no end after "},
        {"garbage", "the positive control has no answer: it answered something else than the protocol"},
        {"half_answer", "the positive control answered something else: control: it is no list"},
        {"verify_failed", "the positive control has no answer: one increment is lost"}};
    for (const auto& [end, why] : whys) {
        setenv("STAND_IN_CONTROL", end.c_str(), 1);
        auto asked = request(end);
        asked.changes.rounds = 1;
        asked.time_limit_ns = 5'000'000'000;
        EXPECT_EQ(run(asked, {"steady"}), Exit::good) << end;
        const auto file = run_file(end);
        EXPECT_FALSE(file["counters"]["control"].empty());
        for (const auto& answer : file["counters"]["control"]) {
            EXPECT_EQ(answer["result"], "not_run");
            EXPECT_TRUE(answer["why"].get<std::string>().starts_with(why)) << answer["why"];
        }
        EXPECT_TRUE(file["launches"][0]["disturbance"]["unresponsive"].empty());
    }
}

TEST_F(Runs, StoppedBeforeTheClockLeaveNothing) {
    setenv("STAND_IN_STOP_AT", "1", 1);
    EXPECT_EQ(run(request(), {"steady"}), Exit::incomplete);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run"));
}

TEST_F(Runs, CompareSidesInPairs) {
    auto asked = request();
    asked.sides = {{"base", STAND_IN_LAUNCH}, {"head", STAND_IN_LAUNCH}};
    asked.changes.rounds = 4;
    ASSERT_EQ(run(asked, {"steady", "other"}), Exit::good);
    const auto file = run_file();
    EXPECT_EQ(file["run"]["sides"].size(), 2U);
    ASSERT_EQ(file["launches"].size(), 16U);
    std::map<std::string, int> first;
    for (std::size_t i = 0; i < 16; i += 2) {
        const auto& one = file["launches"][i];
        const auto& two = file["launches"][i + 1];
        EXPECT_EQ(one["point"], two["point"]);
        EXPECT_NE(one["side"], two["side"]);
        // The same picks on both sides.
        EXPECT_EQ(one["metrics"], two["metrics"]);
        ++first[one["side"].get<std::string>()];
    }
    EXPECT_EQ(first["base"], 4);
    EXPECT_EQ(first["head"], 4);
}

TEST_F(Runs, ArePutIntoAFileAsWell) {
    auto asked = request();
    asked.copy = folder_.path() / "copy.json";
    const auto content = [](const std::filesystem::path& path) {
        std::ifstream file(path);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    setenv("STAND_IN_STOP_AT", "6", 1);
    ASSERT_EQ(run(asked, {"steady"}), Exit::incomplete);
    EXPECT_FALSE(json::parse(content(*asked.copy))["run"]["complete"].get<bool>());
    unsetenv("STAND_IN_STOP_AT");
    const RunRequest again{
        .resume = folder_.path() / "run", .copy = asked.copy, .launch_prefix = launch_prefix(), .lock_name = request().lock_name};
    ASSERT_EQ(run(again, {"steady"}), Exit::good);
    EXPECT_EQ(out_, (folder_.path() / "run").string() + "\n");
    EXPECT_EQ(content(*asked.copy), content(folder_.path() / "run" / kRunFileName));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "copy.json.tmp"));
}

TEST_F(Runs, AreNotBegunForAFileThatCannotBeWritten) {
    auto asked = request();
    asked.copy = folder_.path() / "nowhere" / "copy.json";
    EXPECT_THROW(run(asked, {"steady"}), InfrastructureError);
    asked.copy = folder_.path();
    EXPECT_THROW(run(asked, {"steady"}), UsageError);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run"));
    // Trying leaves what is there as it was.
    asked.copy = folder_.path() / "copy.json";
    std::ofstream(*asked.copy) << "older";
    setenv("STAND_IN_STOP_AT", "1", 1);
    EXPECT_EQ(run(asked, {"steady"}), Exit::incomplete);
    EXPECT_EQ(std::filesystem::file_size(*asked.copy), 5U);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "copy.json.tmp"));
}

// Machines of one model that start in one second have nothing else apart.
TEST_F(Runs, OfOtherSeedsHaveOtherIds) {
    std::set<std::string> ends;
    for (const std::uint64_t seed : {5U, 6U}) {
        auto asked = request();
        asked.changes.seed = seed;
        asked.changes.rounds = 1;
        asked.out = folder_.path() / std::to_string(seed);
        ASSERT_EQ(run(asked, {"steady"}), Exit::good);
        std::ifstream file(*asked.out / kRunFileName);
        const auto id = json::parse(file)["run"]["id"].get<std::string>();
        ends.insert(id.substr(id.find('-')));  // without the time
    }
    EXPECT_EQ(ends.size(), 2U);
}

TEST_F(Runs, NeverWriteOverAnother) {
    ASSERT_EQ(run(request(), {"steady"}), Exit::good);
    EXPECT_THROW(run(request(), {"steady"}), UsageError);
}

TEST_F(Runs, AreRefusedWhenNothingCanBeMeasured) {
    auto catalogue = tests::fake_catalogue({"steady"});
    catalogue.experiments[0].variants[0].options = {.teams = {Team::processes}, .teams_reason = "not here"};
    EXPECT_THROW(static_cast<void>(runner::run(request(), catalogue)), InfrastructureError);
    auto asked = request();
    asked.sides = {{"head", "/bin/false"}};
    EXPECT_THROW(run(asked, {"steady"}), InfrastructureError);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run"));
}

TEST_F(Runs, RefuseWrongUsage) {
    auto asked = request();
    asked.sides = {{"a", STAND_IN_LAUNCH}, {"a", STAND_IN_LAUNCH}};
    EXPECT_THROW(run(asked, {"steady"}), UsageError);
    asked = request();
    asked.alias = "../escape";
    EXPECT_THROW(run(asked, {"steady"}), UsageError);
    asked = request();
    asked.resume = folder_.path();
    EXPECT_THROW(run(asked, {"steady"}), UsageError);
}

TEST_F(Runs, AreNotResumedWithAnotherBinary) {
    const auto copy = folder_.path() / "bench";
    std::filesystem::copy_file(STAND_IN_LAUNCH, copy);
    auto asked = request();
    asked.sides = {{"head", copy.string()}};
    setenv("STAND_IN_STOP_AT", "4", 1);
    ASSERT_EQ(run(asked, {"steady"}), Exit::incomplete);
    const auto journal_bytes = std::filesystem::file_size(folder_.path() / "run" / "journal.jsonl");
    const auto another = std::filesystem::read_symlink("/proc/self/exe");
    std::filesystem::copy_file(another, copy, std::filesystem::copy_options::overwrite_existing);
    EXPECT_THROW(run({.resume = folder_.path() / "run", .lock_name = request().lock_name}, {"steady"}), UsageError);
    EXPECT_EQ(std::filesystem::file_size(folder_.path() / "run" / "journal.jsonl"), journal_bytes);  // a refusal is no sitting
}

}  // namespace
}  // namespace latchmark::runner
