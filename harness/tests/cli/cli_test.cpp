// The commands: what they print, their exit codes, one line for each mistake, and a run from end to end.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "harness/counters/role.hpp"
#include "harness/runner/child.hpp"
#include "harness/tests/cli/small_catalogue.hpp"
#include "latchmark/main.hpp"

namespace latchmark {
namespace {

using nlohmann::json;

// A folder for the files of one test.
class Commands : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_NE(mkdtemp(folder_.data()), nullptr); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string folder_ = (std::filesystem::temp_directory_path() / "latchmark-test-XXXXXX").string();
};

// A host lock of this process alone: the tests run side by side, and a run that finds the lock taken ends before the mistake
// under test.
const std::string own_lock = "latchmark-test-" + std::to_string(getpid());

struct Said {
    int code = 0;
    std::string out, err;
};

Said say(std::vector<std::string> words) {
    words.insert(words.begin(), "latchmark-bench");
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.code = latchmark::main(static_cast<int>(words.size()), arguments.data(), tests::small_catalogue);
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
}

TEST_F(Commands, ListWhatThereIs) {
    const auto text = say({"list"});
    EXPECT_EQ(text.code, 0);
    EXPECT_NE(text.out.find("small/counter: Does the whole chain work?"), std::string::npos);
    EXPECT_NE(text.out.find("counting (baseline)"), std::string::npos);
    EXPECT_EQ(text.out.find("elsewhere"), std::string::npos);
    const auto listed = json::parse(say({"list", "--json"}).out);
    EXPECT_EQ(listed["presets"].size(), 1U);
    EXPECT_EQ(listed["presets"][0]["points"], 7);
    EXPECT_EQ(listed["presets"][0]["skipped"], 1);
    EXPECT_EQ(listed["presets"][0]["minimum_points"], 5);
    EXPECT_EQ(listed["experiments"][0]["variants"].size(), 4U);
}

TEST_F(Commands, PlanForPeopleAndForFiles) {
    EXPECT_NE(say({"plan"}).out.find("small/counter/counting/workers:1/placement:spread  cpus "), std::string::npos);
    const auto plan = json::parse(say({"plan", "quick", "--machine", "synthetic:core:4 pu:1", "--seed", "9", "-o", "-"}).out);
    EXPECT_EQ(plan["schema"], "latchmark.plan/1");
    EXPECT_EQ(plan["seed"], "9");
    EXPECT_EQ(plan["machine"], "");
    const auto file = folder_ + "/plan.json";
    EXPECT_EQ(say({"plan", "-o", file}).code, 0);
    // Of this machine, so that it says which; of no binary that could be launched here.
    std::ifstream stream(file);
    EXPECT_FALSE(json::parse(stream)["machine"].get<std::string>().empty());
}

TEST_F(Commands, SayInWholeSecondsHowLongARunTakes) {
    EXPECT_EQ(say({"plan", "--expected-s", "--filter", "counting/workers", "--rounds", "1"}).out, "1\n");
    const auto many = say({"plan", "--expected-s", "--rounds", "100000"});
    EXPECT_EQ(many.code, 0);
    EXPECT_EQ(many.out.find_first_not_of("0123456789"), many.out.size() - 1) << many.out;
    EXPECT_GT(std::stoul(many.out), 100U);
}

TEST_F(Commands, DescribeTheMachine) {
    const auto text = say({"machine"});
    EXPECT_EQ(text.code, 0);
    for (const char* heading :
         {"hardware\n", "placements\n", "counters\n  CPU: ", "kernel.perf_event_paranoid: ", "what disturbs measuring\n"})
        EXPECT_NE(text.out.find(heading), std::string::npos) << heading;
    const auto machine = json::parse(say({"machine", "--json"}).out);
    EXPECT_FALSE(machine["machine"]["hard_key_hash"].get<std::string>().empty());
    const auto& counters = machine["counters"];
    EXPECT_FALSE(counters["cpu"].get<std::string>().empty());
    // Each role there is, asked for or not, and the kernel's share of the cycles.
    EXPECT_EQ(counters["roles"].size(), counters::all_roles().size() + 1);
    for (const auto& role : counters["roles"]) {
        const bool has_value = role["status"] == "counted" || role["status"] == "scaled";
        EXPECT_EQ(role["why"].is_null(), has_value) << role;
        EXPECT_NE(text.out.find(role["role"].get<std::string>()), std::string::npos) << role;
    }
}

TEST_F(Commands, HelpAndVersionAreNoMistakes) {
    EXPECT_EQ(say({"--version"}).out.substr(0, 10), "latchmark ");
    EXPECT_EQ(say({"--help"}).code, 0);
    EXPECT_EQ(say({"run", "--help"}).out.find("--lock-name"), std::string::npos);
}

TEST(Mistakes, AreToldInOneLine) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes{
        {{}, "A subcommand is required"},
        {{"frobnicate"}, "no command named 'frobnicate'; there are: run, plan, list, machine"},
        {{"run", "--frobnicate"}, "--frobnicate"},
        {{"run", "huge", "--lock-name", own_lock}, "no preset named 'huge'; there are: quick"},
        {{"run", "elsewhere", "--lock-name", own_lock}, "preset elsewhere selects no point of this catalogue"},
        {{"run", "--rounds", "0"}, "not in range"},
        {{"run", "--seed", "x"}, "the seed 'x'"},
        {{"run", "--side", "base"}, "is not NAME=BINARY"},
        {{"run", "--resume", "/nowhere", "--lock-name", own_lock}, "there is no journal"},
        {{"run", "--resume", "/nowhere", "--rounds", "3"}, "excludes"},
        {{"run", "--resume", "/nowhere", "--emulated", "QEMU"}, "excludes"},
        {{"run", "--plan", "/nowhere", "--lock-name", own_lock}, "cannot be read"},
        {{"run", "--plan", "/proc/self/status", "--lock-name", own_lock}, "is no JSON"},
        {{"plan", "--filter", "["}, "is no regular expression"},
        {{"run", "-o", "/", "--lock-name", own_lock}, "/ is a folder: name a file in it"},
        {{"plan", "--expected-s", "-o", "-"}, "excludes"},
        {{"plan", "--machine", "nonsense"}, "nonsense"},
        {{"plan", "--machine", "synthetic:core:2", "--calibrate"}, "needs this machine"},
        {{"--benchmark_perf_counters=CYCLES"}, "--benchmark_perf_counters is refused"},
    };
    for (const auto& [words, why] : mistakes) {
        const auto said = say(words);
        EXPECT_EQ(said.code, 2) << why;
        EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
        EXPECT_NE(said.err.find(why), std::string::npos) << said.err;
        EXPECT_TRUE(said.out.empty());
    }
}

TEST(Sides, ThatCannotBeRunEndTheRunBeforeItBegins) {
    for (const char* binary : {"/nowhere", "/proc/self/status", "/"}) {
        const auto said = say({"run", "--side", std::string("head=") + binary, "--lock-name", own_lock});
        EXPECT_EQ(said.code, 4) << binary;
        EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
        EXPECT_NE(said.err.find(std::string("--side head: '") + binary + "' is no program that can be run"), std::string::npos);
    }
}

// The real binary as a child, since a launch starts the program that runs.
class WholeRuns : public Commands {
protected:
    // Standard output of a child goes nowhere, so what it says there is not asked for.
    int bench(std::vector<std::string> words) {
        std::vector<std::string> command;
        const char* const prefix = LAUNCH_PREFIX;
        std::istringstream stream(prefix);
        for (std::string word; stream >> word;) command.push_back(word);
        command.emplace_back(SMALL_BENCH);
        command.insert(command.end(), words.begin(), words.end());
        command.insert(command.end(), {"--lock-name", own_lock});
        if (*prefix != '\0') command.insert(command.end(), {"--launch-prefix", prefix});
        const auto child = runner::run_child(command, "", {.time_ns = 120'000'000'000}, interruption_);
        last_error_line_ = child.last_error_line;
        return child.end == runner::End::exited ? child.code : -1;
    }

    [[nodiscard]] json run_file() const {
        std::ifstream file(folder_ + "/run/run.json");
        return json::parse(file);
    }

    runner::Interruption interruption_;
    std::string last_error_line_;
};

TEST_F(WholeRuns, MeasureVerifyAndRecordEveryPoint) {
    ASSERT_EQ(bench({"run", "--out", folder_ + "/run"}), 1) << last_error_line_;
    const auto file = run_file();
    EXPECT_EQ(file["run"]["minimum_points"], 5);
    std::map<std::string, std::string> status;
    for (const auto& launch : file["launches"])
        status[file["points"][launch["point"].get<std::size_t>()]["name"].get<std::string>()] = launch["status"];
    EXPECT_EQ(status.size(), 7U);
    EXPECT_EQ(status["small/counter/counting/workers:1/placement:spread"], "ok");
    EXPECT_EQ(status["small/counter/counting/team:processes/workers:1/placement:spread"], "ok");
    EXPECT_EQ(status["small/counter/never_threaded/workers:1/placement:spread"], "ok");
    EXPECT_EQ(status["small/counter/losing/workers:1/placement:spread"], "verify_failed");
    EXPECT_EQ(status["small/counter/crashing/workers:1/placement:spread"], "crashed");
    EXPECT_EQ(file["machine"]["emulated"], nullptr);
}

TEST_F(WholeRuns, SayWhatRunsInPlaceOfACpu) {
    const std::string emulator = "QEMU 7.2 TCG, -icount shift=0";
    ASSERT_EQ(bench({"run", "--filter", "/counting/workers", "--emulated", emulator, "--out", folder_ + "/run"}), 0)
        << last_error_line_;
    EXPECT_EQ(run_file()["machine"]["emulated"], emulator);
}

TEST_F(WholeRuns, FollowAPlanMadeBefore) {
    const auto plan = folder_ + "/plan.json";
    ASSERT_EQ(bench({"plan", "--filter", "counting", "--calibrate", "-o", plan}), 0) << last_error_line_;
    std::ifstream stream(plan);
    const auto planned = json::parse(stream);
    for (const auto& point : planned["points"]) EXPECT_GE(point["batch"], 1);
    ASSERT_EQ(bench({"run", "--plan", plan, "--out", folder_ + "/run"}), 0) << last_error_line_;
    const auto file = run_file();
    EXPECT_EQ(file["run"]["seed"], planned["seed"]);
    EXPECT_EQ(file["run"]["minimum_points"], nullptr);  // it is a part of the preset
    for (std::size_t i = 0; i < planned["points"].size(); ++i)
        EXPECT_EQ(file["points"][i]["batch"], planned["points"][i]["batch"]);
}

// A plan of one point: base counts what it says, head half as much again.
TEST_F(WholeRuns, SlowOneSideDownByWhatThePlanSays) {
    const auto plan = folder_ + "/plan.json";
    ASSERT_EQ(bench({"plan", "--filter", "counting/team:processes", "--calibrate", "-o", plan}), 0) << last_error_line_;
    auto planned = json::parse(std::ifstream(plan));
    planned["points"][0]["extra_share"] = 0.5;
    std::ofstream(plan) << planned;
    const std::vector<std::string> sides{"--side", std::string("base=") + SMALL_BENCH, "--side",
                                         std::string("head=") + SMALL_BENCH};
    std::vector<std::string> words{"run", "--plan", plan, "--out", folder_ + "/run"};
    words.insert(words.end(), sides.begin(), sides.end());
    ASSERT_EQ(bench(words), 0) << last_error_line_;
    const auto file = run_file();
    EXPECT_EQ(file["points"][0]["extra_share"], 0.5);
    EXPECT_EQ(file["points"][0]["definition"], planned["points"][0]["definition"]);
    EXPECT_EQ(file["launches"].size(), 4U);
    EXPECT_EQ(file["rounds"].size(), 2U);

    planned["points"][0]["purpose"] = "latency";
    std::ofstream(plan) << planned;
    EXPECT_EQ(bench({"run", "--plan", plan, "--out", folder_ + "/refused"}), 2);
    EXPECT_NE(last_error_line_.find("operations are not what a latency is made of"), std::string::npos) << last_error_line_;
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/refused"));
}

}  // namespace
}  // namespace latchmark
