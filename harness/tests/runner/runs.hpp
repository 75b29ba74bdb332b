// Whole runs with stand-in launches, and what they leave behind.
#pragma once
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "harness/runner/journal.hpp"
#include "harness/runner/run_command.hpp"
#include "harness/runner/run_file.hpp"
#include "harness/tests/runner/fake_catalogue.hpp"
#include "harness/tests/runner/temporary_folder.hpp"

namespace latchmark::runner::tests {

// The emulator where the tests run in one.
inline std::vector<std::string> launch_prefix() {
    std::istringstream words(LAUNCH_PREFIX);
    return {std::istream_iterator<std::string>(words), {}};
}

class Runs : public ::testing::Test {
protected:
    void SetUp() override {
        unsetenv("STAND_IN_STOP_AT");
        unsetenv("STAND_IN_CONTROL");
        setenv("STAND_IN_COUNT", (folder_.path() / "count").c_str(), 1);
    }

    [[nodiscard]] RunRequest request(const std::string& folder = "run") const {
        return {.preset = "fake",
                .out = folder_.path() / folder,
                .changes = {.seed = 5},
                .sides = {{"head", STAND_IN_LAUNCH}},
                .launch_prefix = launch_prefix(),
                .command = {"bench", "run", "fake"},
                .lock_name = "latchmark-test-" + std::to_string(getpid())};
    }

    Exit run(const RunRequest& asked, const std::vector<std::string>& variants) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const auto take = [this] {
            out_ = testing::internal::GetCapturedStdout();
            err_ = testing::internal::GetCapturedStderr();
        };
        try {
            const Exit exit = runner::run(asked, fake_catalogue(variants));
            take();
            return exit;
        } catch (...) {
            take();
            throw;
        }
    }

    [[nodiscard]] nlohmann::json run_file(const std::string& folder = "run") const {
        std::ifstream file(folder_.path() / folder / kRunFileName);
        return nlohmann::json::parse(file);
    }

    [[nodiscard]] bool has_journal(const std::string& folder = "run") const {
        return std::filesystem::exists(folder_.path() / folder / kJournalName);
    }

    // "variant: status: why" of the first launch of each variant.
    [[nodiscard]] std::map<std::string, std::pair<std::string, std::string>> statuses() const {
        std::map<std::string, std::pair<std::string, std::string>> found;
        const auto file = run_file();
        for (const auto& launch : file["launches"]) {
            const auto variant = file["points"][launch["point"].get<std::size_t>()]["variant"].get<std::string>();
            found.try_emplace(variant, launch["status"].get<std::string>(),
                              launch["why"].is_null() ? "" : launch["why"].get<std::string>());
        }
        return found;
    }

    TemporaryFolder folder_;
    std::string out_, err_;
};

}  // namespace latchmark::runner::tests
