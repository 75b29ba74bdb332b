// The journal: read back whole, cut off anywhere, refused when damaged, kept when the disk is full.
#include "harness/runner/journal.hpp"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/resource.h>

#include "harness/machine/topology.hpp"
#include "harness/runner/durable_file.hpp"
#include "harness/runner/errors.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"
#include "harness/tests/runner/temporary_folder.hpp"

namespace latchmark::runner {
namespace {

constexpr const char* kResumedUtc = "2026-01-31T12:00:00Z";

Record small_record() {
    Record record{.plan = plan_of(tests::fake_catalogue({"one", "two"}), tests::fake_preset(),
                                  machine::described("synthetic:core:2 pu:1"), "0123", 7)};
    record.beginning = {
        .id = "id",
        .started_utc = "2026-01-31T11:00:00Z",
        .command = {"bench", "run"},
        .expected_s = 1.5,
        .sides = {{.name = "base", .binary = "/a", .build_id = "1"}, {.name = "head", .binary = "/b", .build_id = "2"}},
        .suite = "{}",
        .machine = R"({"alias":"m"})",
        .counters = "{}"};
    return record;
}

LaunchRecord a_launch(std::size_t point, unsigned round) {
    const std::string text = R"({"point":)" + std::to_string(point) + R"(,"round":)" + std::to_string(round) +
                             R"(,"side":"head","status":"ok","why":null})";
    return {.point = point, .side = 1, .round = round, .status = LaunchStatus::ok, .text = text};
}

std::vector<control::RoleControl> answers() {
    return {{.role = "cycles",
             .stimulus = "chain",
             .cpus = {0},
             .result = control::Result::failed,
             .why = "it counted 0",
             .counted = 0,
             .idle = 0,
             .times = 1'000},
            {.role = "l1d_misses", .stimulus = "random_walk", .why = "no counters"},
            {.role = "page_faults",
             .stimulus = "fresh_pages",
             .cpus = {0, 1},
             .result = control::Result::passed,
             .counted = 64,
             .idle = 0.5,
             .times = 64}};
}

class Journals : public ::testing::Test {
protected:
    void SetUp() override {
        auto journal = Journal::begin(folder_.path(), small_record());
        journal.note(answers(), 0.25);
        journal.note(
            0, Calibration{.status = LaunchStatus::ok, .batch = 77, .window_ns = 99, .operation_ns = 7, .beyond_ns = 8e6}, 0.5);
        journal.note(1, Calibration{.status = LaunchStatus::crashed, .why = "killed"}, 1.0);
        journal.note(a_launch(0, 0), 2.0);
        journal.note(a_launch(1, 0), 3.0);
    }
    [[nodiscard]] std::string content() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void replace(const std::string& text) const { std::ofstream(path(), std::ios::binary) << text; }
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / kJournalName; }
    [[nodiscard]] Record resumed() const {
        Record record;
        static_cast<void>(Journal::resume(folder_.path(), kResumedUtc, record));
        return record;
    }
    [[nodiscard]] std::string refusal() const {
        try {
            static_cast<void>(resumed());
        } catch (const UsageError& problem) {
            return problem.what();
        }
        return "nothing was refused";
    }

    tests::TemporaryFolder folder_;
};

TEST_F(Journals, AreReadBackWhole) {
    const auto record = resumed();
    EXPECT_EQ(record.beginning.command, small_record().beginning.command);
    EXPECT_EQ(record.beginning.sides.size(), 2U);
    EXPECT_EQ(record.control, answers());
    EXPECT_EQ(record.plan.unresponsive, std::vector<std::string>{"cycles"});
    EXPECT_EQ(record.plan.points[0].batch, 77U);
    EXPECT_EQ(record.plan.points[0].window_ns, 99U);
    EXPECT_EQ(record.plan.points[0].operation_ns, 7);
    EXPECT_EQ(record.plan.points[0].beyond_ns, 8e6);
    EXPECT_EQ(record.uncalibrated.at(1).why, "killed");
    ASSERT_EQ(record.launches.size(), 2U);
    EXPECT_EQ(record.launches[1].text, a_launch(1, 0).text);
    EXPECT_EQ(record.launches[1].side, 1U);
    EXPECT_EQ(record.resumed, 1U);
    EXPECT_DOUBLE_EQ(record.measured_s, 3.0);
}

TEST_F(Journals, KeepTheRoundsThatWereWatched) {
    const RoundRecord round{.round = 4, .text = R"({"began_s":1.5,"round":4})"};
    {
        Record record;
        auto journal = Journal::resume(folder_.path(), kResumedUtc, record);
        journal.note(round, 0.25);
        journal.note(a_launch(0, 5), 0.5);
    }
    const auto record = resumed();
    ASSERT_EQ(record.rounds.size(), 1U);
    EXPECT_EQ(record.rounds[0].round, 4U);
    EXPECT_EQ(record.rounds[0].text, round.text);
    EXPECT_EQ(record.launches.size(), 3U);
}

// What it says is missing at worst, and a launch that is missing is made again.
TEST_F(Journals, OfAnotherVersionMaySayWhatThisOneDoesNotKnow) {
    replace(content() + "{\"at_s\":3.5,\"weather\":{\"rain\":true}}\n");
    {
        Record record;
        auto journal = Journal::resume(folder_.path(), kResumedUtc, record);
        journal.note(a_launch(0, 1), 0.25);
    }
    const auto record = resumed();
    EXPECT_EQ(record.launches.size(), 3U);
    EXPECT_TRUE(record.rounds.empty());
    EXPECT_DOUBLE_EQ(record.measured_s, 3.75);
}

TEST_F(Journals, AddTheTimesOfTheirSessions) {
    {
        Record record;
        auto journal = Journal::resume(folder_.path(), kResumedUtc, record);
        journal.note(a_launch(0, 1), 0.25);
    }
    const auto record = resumed();
    EXPECT_EQ(record.resumed, 2U);
    EXPECT_DOUBLE_EQ(record.measured_s, 3.25);
}

TEST_F(Journals, LoseTheirLastLineOnlyWhereverItIsCutOff) {
    const auto whole = content();
    const auto last_line = whole.rfind('\n', whole.size() - 2) + 1;
    for (std::size_t size = last_line; size < whole.size(); ++size) {
        replace(whole.substr(0, size));
        EXPECT_EQ(resumed().launches.size(), 1U) << size;
        // What follows starts on a line of its own.
        EXPECT_EQ(content().substr(0, last_line + 11), whole.substr(0, last_line) + "{\"resumed\":") << size;
    }
}

TEST_F(Journals, WithGarbageInTheLastLineLoseThatLine) {
    auto text = content();
    text.replace(text.size() - 20, 10, std::string(10, '\0'));
    replace(text);
    EXPECT_EQ(resumed().launches.size(), 1U);
}

TEST_F(Journals, WithAControlThatIsNoneAreRefused) {
    auto text = content();
    text.replace(text.find("\"failed\""), 8, "\"dunno!\"");
    replace(text);
    EXPECT_EQ(refusal(), "line 2 of " + path().string() + " is damaged: control: result 'dunno!' is not known");
}

TEST_F(Journals, DamagedBeforeTheLastLineAreRefused) {
    auto text = content();
    text[text.find("{\"at_s\"")] = '!';
    replace(text);
    EXPECT_EQ(refusal(), "line 2 of " + path().string() + " is damaged: it is no JSON");
}

// What goes into the run file as it is must not spoil it when all rounds are measured.
TEST_F(Journals, WithFactsThatNoRunFileCouldHoldAreRefused) {
    std::filesystem::remove(path());
    for (const char* facts : {"", "[]", "{\"alias\":", "{} {}"}) {
        auto record = small_record();
        record.beginning.machine = facts;
        auto journal = Journal::begin(folder_.path(), record);
        EXPECT_EQ(refusal(), "line 1 of " + path().string() + " is damaged: `machine` holds no JSON object") << facts;
        journal.remove();
    }
}

TEST_F(Journals, WithoutAFirstLineCannotBeResumed) {
    replace(content().substr(0, 40));
    EXPECT_NE(refusal().find("start a new run"), std::string::npos);
    std::filesystem::remove(path());
    EXPECT_NE(refusal().find("there is no journal to resume from"), std::string::npos);
}

TEST_F(Journals, AreNotBegunTwice) {
    EXPECT_THROW(static_cast<void>(Journal::begin(folder_.path(), small_record())), InfrastructureError);
}

// A limit on the size of files fails as a full disk does.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

TEST_F(Journals, OnAFullDiskKeepWhatTheyHave) {
    const auto before = content();
    Record record;
    auto journal = Journal::resume(folder_.path(), kResumedUtc, record);
    const auto resumed_content = content();
    {
        const FullDisk full(resumed_content.size() + 5);
        EXPECT_THROW(journal.note(a_launch(0, 1), 0.1), InfrastructureError);
    }
    EXPECT_EQ(content(), resumed_content);
}

TEST(DurableFiles, OnAFullDiskLeaveTheOldOneAndNothingBeside) {
    const tests::TemporaryFolder folder;
    const auto path = folder.path() / "run.json";
    write_durably(path, "old");
    {
        const FullDisk full(100);
        EXPECT_THROW(write_durably(path, std::string(1000, 'x')), InfrastructureError);
    }
    std::ifstream file(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace latchmark::runner
