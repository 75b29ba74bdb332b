// Runs that leave their machine: what they tell of it, and whether they can be taken up from another folder.
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace latchmark {
namespace {

namespace fs = std::filesystem;

// Names that no file may hold: of a user and of a host.
constexpr std::array<const char*, 2> kNames{"annsecret", "hostsecret"};

class TravellingRuns : public ::testing::Test {
protected:
    void SetUp() override {
        std::string folder = (fs::temp_directory_path() / "latchmark-test-XXXXXX").string();
        ASSERT_NE(mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        home_ = folder_ / "annsecret" / "hostsecret";
        fs::create_directories(home_);
        fs::copy_file(SMALL_BENCH, home_ / "bench");
    }
    void TearDown() override { fs::remove_all(folder_); }

    // In the home folder and with the names in the environment; what it says on standard error is in log.txt.
    [[nodiscard]] pid_t start(const fs::path& binary, const std::vector<std::string>& asked) const {
        const char* const prefix = LAUNCH_PREFIX;
        std::istringstream stream(prefix);
        std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
        words.push_back(binary.string());
        words.insert(words.end(), asked.begin(), asked.end());
        words.insert(words.end(), {"--lock-name", "latchmark-test-" + std::to_string(getpid())});
        if (*prefix != '\0') words.insert(words.end(), {"--launch-prefix", prefix});
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = fork();
        if (child != 0) return child;
        setenv("HOME", home_.c_str(), 1);
        for (const char* name : {"USER", "LOGNAME"}) setenv(name, kNames[0], 1);
        for (const char* name : {"HOSTNAME", "HOST"}) setenv(name, kNames[1], 1);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        const int log = open((folder_ / "log.txt").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (chdir(home_.c_str()) == 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0)
            execvp(arguments[0], arguments.data());
        _exit(127);
    }

    [[nodiscard]] static int end_of(pid_t child) {
        int status = 0;
        return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    [[nodiscard]] static std::string text_of(const fs::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    static void expect_no_name(const fs::path& path) {
        const auto text = text_of(path);
        EXPECT_FALSE(text.empty()) << path;
        for (const char* name : kNames) {
            const auto found = text.find(name);
            EXPECT_EQ(found, std::string::npos) << path << ": " << text.substr(found < 60 ? 0 : found - 60, 120);
        }
    }

    // A run of many short launches that is killed once it has made one.
    void begin_and_kill(const std::vector<std::string>& asked = {}) const {
        std::vector<std::string> words{"run", "--filter", "/counting/workers",     "--rounds",
                                       "100", "--out",    (home_ / "run").string()};
        words.insert(words.end(), asked.begin(), asked.end());
        const pid_t child = start(home_ / "bench", words);
        constexpr int kTries = 6'000;
        constexpr useconds_t kBetweenTriesUs = 10'000;
        for (int i = 0; i < kTries && text_of(home_ / "run" / "journal.jsonl").find("\"launch\"") == std::string::npos; ++i)
            usleep(kBetweenTriesUs);
        kill(child, SIGKILL);
        ASSERT_EQ(end_of(child), -1);
        ASSERT_TRUE(fs::exists(home_ / "run" / "journal.jsonl"));
        ASSERT_FALSE(fs::exists(home_ / "run" / "run.json"));
    }

    fs::path folder_, home_;
};

TEST_F(TravellingRuns, TellNobodysName) {
    ASSERT_EQ(end_of(start(home_ / "bench", {"run", "--rounds", "1", "--out", (home_ / "run").string(), "-o", "../annsecret.json",
                                             "--side", "head=" + (home_ / "bench").string()})),
              1);
    expect_no_name(home_ / "run" / "run.json");
    expect_no_name(folder_ / "log.txt");
    EXPECT_EQ(text_of(home_ / ".." / "annsecret.json"), text_of(home_ / "run" / "run.json"));
}

TEST_F(TravellingRuns, MayBeGivenAName) {
    ASSERT_EQ(end_of(start(home_ / "bench",
                           {"run", "--filter", "/counting/workers", "--rounds", "1", "--out", "run", "--alias", "hostsecret"})),
              0);
    EXPECT_EQ(nlohmann::json::parse(text_of(home_ / "run" / "run.json"))["machine"]["alias"], "hostsecret");
}

TEST_F(TravellingRuns, AreTakenUpFromAnotherFolder) {
    begin_and_kill();
    expect_no_name(home_ / "run" / "journal.jsonl");
    const auto elsewhere = folder_ / "elsewhere";
    fs::create_directory(elsewhere);
    fs::copy(home_ / "run", elsewhere / "run");
    fs::rename(home_ / "bench", elsewhere / "renamed");
    fs::remove_all(home_ / "run");
    ASSERT_EQ(end_of(start(elsewhere / "renamed", {"run", "--resume", (elsewhere / "run").string(), "-o", "run.json"})), 0)
        << text_of(folder_ / "log.txt");
    const auto file = nlohmann::json::parse(text_of(elsewhere / "run" / "run.json"));
    EXPECT_EQ(file["launches"].size(), 100U);
    EXPECT_EQ(file["run"]["resumed"], 1);
    EXPECT_EQ(text_of(home_ / "run.json"), text_of(elsewhere / "run" / "run.json"));
}

TEST_F(TravellingRuns, OfANamedBinaryAreTakenUpByTheSameBuild) {
    begin_and_kill({"--side", "head=" + (home_ / "bench").string()});
    fs::rename(home_ / "bench", folder_ / "renamed");
    ASSERT_EQ(end_of(start(folder_ / "renamed", {"run", "--resume", "run"})), 0) << text_of(folder_ / "log.txt");
    EXPECT_EQ(nlohmann::json::parse(text_of(home_ / "run" / "run.json"))["launches"].size(), 100U);
}

}  // namespace
}  // namespace latchmark
