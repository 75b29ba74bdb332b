// Google Benchmark's command line over our measurements: names, filter, JSON, and a failed verify that is an error and no number.
#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/launch/launch.hpp"
#include "harness/tests/launch/counting.hpp"

namespace latchmark::launch {
namespace {

Catalogue catalogue() {
    return {.experiments = {{.name = "test/count",
                             .question = "",
                             .operation = "",
                             .baseline = "good",
                             .variants = {variant<Counting>("good", ""), variant<LosesOne>("sabotaged", ""),
                                          variant<Counting>("never_threaded", "", {.most_workers = 1, .never_threaded = true})}}},
            .presets = {}};
}

// What the library says of every benchmark, and our one figure beside its time.
const std::set<std::string> kMembers{"name",
                                     "family_index",
                                     "per_family_instance_index",
                                     "run_name",
                                     "run_type",
                                     "repetitions",
                                     "repetition_index",
                                     "threads",
                                     "iterations",
                                     "real_time",
                                     "cpu_time",
                                     "time_unit",
                                     "throughput"};

// The library keeps its registrations, so one call shows everything.
TEST(GoogleBenchmark, ReportsTheTimeOfAnOperationAndRefusesAnUnverifiedOne) {
    const Catalogue all = catalogue();
    std::vector<std::string> arguments{"latchmark-bench", "--benchmark_filter=workers:1", "--benchmark_format=json"};
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    const int code = google_benchmark(static_cast<int>(arguments.size()), argv.data(), all);
    const auto report = nlohmann::json::parse(testing::internal::GetCapturedStdout());
    EXPECT_EQ(code, 0);
    ASSERT_EQ(report["benchmarks"].size(), 2U);  // a process with threads cannot show the variant that never saw one
    const auto& good = report["benchmarks"][0];
    EXPECT_TRUE(good["name"].get<std::string>().starts_with("test/count/good/workers:1/placement:spread")) << good["name"];
    EXPECT_GT(good["real_time"].get<double>(), 0);
    EXPECT_NEAR(good["throughput"].get<double>() * good["real_time"].get<double>() * 1e-9, 1, 1e-6);
    // The library would put counters of its own beside it.
    for (const auto& [name, value] : good.items()) EXPECT_TRUE(kMembers.contains(name)) << name << ": " << value;
    const auto& sabotaged = report["benchmarks"][1];
    EXPECT_TRUE(sabotaged["error_occurred"].get<bool>());
    EXPECT_TRUE(sabotaged["error_message"].get<std::string>().starts_with("verify failed"));
    EXPECT_NE(report["context"]["latchmark"].get<std::string>().find("exploring"), std::string::npos);
}

std::string refusal_of(std::string argument) {
    const Catalogue all = catalogue();
    std::string program = "latchmark-bench";
    std::array<char*, 3> argv{program.data(), argument.data(), nullptr};
    try {
        (void)google_benchmark(2, argv.data(), all);
    } catch (const std::invalid_argument& problem) {
        return problem.what();
    }
    return {};
}

TEST(GoogleBenchmark, RefusesTheLibrarysPerfCountersAndNamesWhatCountsInstead) {
    for (const char* argument : {"--benchmark_perf_counters=CYCLES", "--benchmark_perf_counters=", "--benchmark_perf_counters"}) {
        const std::string why = refusal_of(argument);
        EXPECT_TRUE(why.starts_with("--benchmark_perf_counters is refused: ")) << why;
        EXPECT_NE(why.find("`run` counts each worker"), std::string::npos) << why;
        EXPECT_EQ(why.find('\n'), std::string::npos) << why;
    }
    ::setenv("BENCHMARK_PERF_COUNTERS", "CYCLES", 1);
    const std::string why = refusal_of("--benchmark_list_tests");
    ::unsetenv("BENCHMARK_PERF_COUNTERS");
    EXPECT_NE(why.find("BENCHMARK_PERF_COUNTERS"), std::string::npos) << why;
}

TEST(GoogleBenchmark, AnUnknownFlagIsWrongUsage) {
    const Catalogue all = catalogue();
    std::array<std::string, 2> arguments{"latchmark-bench", "--benchmark_guess=1"};
    std::array<char*, 3> argv{arguments[0].data(), arguments[1].data(), nullptr};
    EXPECT_EQ(google_benchmark(2, argv.data(), all), 2);
}

}  // namespace
}  // namespace latchmark::launch
