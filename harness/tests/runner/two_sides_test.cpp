// A side that fails costs its own launches and no other's, each with its reason.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/machine/topology.hpp"
#include "harness/runner/facts.hpp"
#include "harness/tests/runner/runs.hpp"

namespace latchmark::runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class TwoSides : public tests::Runs {
protected:
    // A program that does what the script says.
    [[nodiscard]] std::string program(const std::string& name, const std::string& script) const {
        const auto path = folder_.path() / name;
        std::ofstream(path) << "#!/bin/sh\n" << script << '\n';
        fs::permissions(path, fs::perms::owner_all);
        return path.string();
    }

    [[nodiscard]] RunRequest against(const std::string& head, const std::string& folder = "run") const {
        auto asked = request(folder);
        asked.sides = {{"base", STAND_IN_LAUNCH}, {"head", head}};
        asked.time_limit_ns = 5'000'000'000;
        return asked;
    }

    // Checks that the launches of base are all there, and gives those of head.
    [[nodiscard]] std::vector<json> launches_of_head(const std::string& folder = "run") const {
        std::vector<json> of_head;
        std::size_t good = 0;
        const auto file = run_file(folder);
        for (const auto& launch : file["launches"]) {
            if (launch["side"] == "head")
                of_head.push_back(launch);
            else if (launch["status"] == "ok")
                ++good;
        }
        EXPECT_EQ(good, 6U);
        EXPECT_EQ(of_head.size(), 6U);
        EXPECT_EQ(file["rounds"].size(), 3U);
        EXPECT_TRUE(file["run"]["complete"].get<bool>());
        return of_head;
    }

    // As a gate makes one for a stage: with the clock and the batches of an earlier plan.
    [[nodiscard]] fs::path calibrated_plan(const std::vector<std::string>& variants, double extra_share) const {
        const auto topology = machine::this_machine();
        const auto hash = fingerprint_with(this_suite(), topology).hard_key_hash;
        auto plan = plan_of(tests::fake_catalogue(variants), tests::fake_preset(), topology, hash, 5);
        plan.clock = ClockFacts{20, 25, 1.25};
        for (auto& point : plan.points) {
            point.batch = 100;
            point.extra_share = extra_share;
        }
        const auto path = folder_.path() / "plan.json";
        std::ofstream(path) << to_json(plan);
        return path;
    }

    const std::vector<std::string> variants_{"steady", "other"};
};

TEST_F(TwoSides, OfWhichOneIsNoProgramAreRefusedBeforeAnything) {
    const auto text = folder_.path() / "text";
    std::ofstream(text) << "no program\n";
    for (const auto& head : {folder_.path() / "nowhere", text, folder_.path()}) {
        EXPECT_THROW(run(against(head), variants_), InfrastructureError) << head;
        EXPECT_FALSE(fs::exists(folder_.path() / "run"));
    }
}

TEST_F(TwoSides, KeepTheOtherWhateverTheOneDoes) {
    if (!tests::launch_prefix().empty()) GTEST_SKIP() << "no emulator runs scripts";
    const std::vector<std::pair<std::string, std::pair<std::string, std::string>>> ends{
        {"exit 0", {"crashed", "exited without an answer"}},
        {"exit 3", {"crashed", "exited with 3"}},
        {"echo 'no such library' >&2; exit 127", {"crashed", "exited with 127; it said: no such library"}},
        {"kill -SEGV $$", {"crashed", "killed by signal 11 (SIGSEGV)"}},
        {"echo '{\"protocol\":2,\"status\":\"ok\"}' >&3",
         {"failed", "it speaks protocol 2, the runner 1: rebuild the older side"}},
        {"echo '{\"protocol\":1' >&3", {"failed", "it answered something else than the protocol: \"{\\\"protocol\\\":1\\n\""}},
        {"rm -f \"$0\"; exit 1", {"crashed", "exited with 1"}},
    };
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const auto& [script, end] = ends[i];
        const auto folder = "run" + std::to_string(i);
        EXPECT_EQ(run(against(program("head" + std::to_string(i), script), folder), variants_), Exit::bad) << script;
        const auto of_head = launches_of_head(folder);
        ASSERT_FALSE(of_head.empty());
        for (const auto& launch : of_head) {
            EXPECT_EQ(launch["status"], end.first) << script;
            EXPECT_TRUE(launch["metrics"].empty()) << script;
        }
        EXPECT_EQ(of_head.front()["why"], end.second) << script;
    }
    // The last one is gone after its first launch.
    const auto gone = launches_of_head("run" + std::to_string(ends.size() - 1));
    EXPECT_NE(gone.back()["why"].get<std::string>().find("it said: cannot start "), std::string::npos) << gone.back()["why"];
}

// Which also has to measure the clock, react to the control and calibrate then.
TEST_F(TwoSides, OfWhichTheFirstFailsKeepTheSecond) {
    if (!tests::launch_prefix().empty()) GTEST_SKIP() << "no emulator runs scripts";
    auto asked = against(STAND_IN_LAUNCH);
    asked.sides[0].second = program("base", "exit 3");
    EXPECT_EQ(run(asked, variants_), Exit::bad);
    const auto file = run_file();
    ASSERT_EQ(file["launches"].size(), 12U);
    for (const auto& launch : file["launches"]) EXPECT_EQ(launch["status"], launch["side"] == "head" ? "ok" : "crashed");
    ASSERT_FALSE(file["counters"]["control"].empty());
    for (const auto& answer : file["counters"]["control"]) EXPECT_EQ(answer["result"], "not_run");
}

TEST_F(TwoSides, OfOneFileAreTwoSides) {
    EXPECT_EQ(run(against(STAND_IN_LAUNCH), variants_), Exit::good);
    for (const auto& launch : launches_of_head()) EXPECT_EQ(launch["status"], "ok");
}

TEST_F(TwoSides, FailWhereTheOlderOneDoesNotKnowOfExtraOperations) {
    auto asked = against(STAND_IN_LAUNCH);
    asked.plan_file = calibrated_plan({"steady", "older"}, 0.05);
    EXPECT_EQ(run(asked, {"steady", "older"}), Exit::bad);
    const auto file = run_file();
    for (const auto& point : file["points"]) EXPECT_EQ(point["extra_share"], 0.05);
    for (const auto& launch : launches_of_head()) {
        const bool is_older = file["points"][launch["point"].get<std::size_t>()]["variant"] == "older";
        EXPECT_EQ(launch["status"], is_older ? "failed" : "ok");
        if (is_older) {
            EXPECT_NE(launch["why"].get<std::string>().find("asked for 0.05 operations beside each"), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace latchmark::runner
