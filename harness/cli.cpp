// The commands of a benchmark binary.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/launch/launch.hpp"
#include "harness/runner/machine_report.hpp"
#include "harness/runner/plan_command.hpp"
#include "harness/runner/rounds.hpp"
#include "harness/runner/run_command.hpp"
#include "harness/runner/suite.hpp"
#include "latchmark/main.hpp"

namespace latchmark {

namespace {

using runner::Exit;
using runner::UsageError;

// What is typed, before it is checked against anything.
struct Typed {
    std::string preset = "quick";
    std::string filter, seed, plan_file, out, copy, resume, alias, emulated, machine, launch_prefix, lock_name = "latchmark";
    std::vector<std::string> sides;
    unsigned rounds = 0;
    double time_limit_s = 0;
    bool as_json = false, calibrate = false, only_expected_s = false;
};

template <typename T = std::string>
std::optional<T> given(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<T>(text);
}

runner::Changes changes_in(const Typed& typed) {
    runner::Changes changes{.filter = given(typed.filter)};
    if (typed.rounds > 0) changes.rounds = typed.rounds;
    if (!typed.seed.empty()) changes.seed = runner::seed_from(typed.seed);
    return changes;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::pair<std::string, std::string> side_in(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) throw UsageError("--side '" + text + "' is not NAME=BINARY");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

runner::RunRequest run_request(const Typed& typed, int argc, char** argv) {
    runner::RunRequest request{.preset = typed.preset,
                               .plan_file = given<std::filesystem::path>(typed.plan_file),
                               .out = given<std::filesystem::path>(typed.out),
                               .resume = given<std::filesystem::path>(typed.resume),
                               .copy = given<std::filesystem::path>(typed.copy),
                               .changes = changes_in(typed),
                               .alias = given(typed.alias),
                               .emulated = given(typed.emulated),
                               .launch_prefix = words_of(typed.launch_prefix),
                               .command = {argv, argv + argc},
                               .lock_name = typed.lock_name};
    for (const auto& side : typed.sides) request.sides.push_back(side_in(side));
    if (typed.time_limit_s > 0) request.time_limit_ns = static_cast<std::uint64_t>(typed.time_limit_s * 1e9);
    return request;
}

// A launch needs milliseconds to start, and one that takes a day is lost.
constexpr double kShortestLimitS = 0.01;
constexpr double kLongestLimitS = 86'400;

void add_changes(CLI::App* command, Typed& typed) {
    command->add_option("--filter", typed.filter, "only points whose name this regular expression finds");
    command->add_option("--rounds", typed.rounds, "instead of the preset's")->check(CLI::Range(1U, runner::kMostRounds));
    command->add_option("--seed", typed.seed, "of the order of launches and of random picks; recorded in any case");
    // Tests measure nothing that matters, and must not wait for somebody who does.
    command->add_option("--lock-name", typed.lock_name)->group("");
    command->add_option("--launch-prefix", typed.launch_prefix,
                        "words before the command of every launch, for instance an emulator");
}

CLI::App* add_run(CLI::App& app, Typed& typed) {
    auto* command = app.add_subcommand("run", "measure a preset; prints the folder of the run");
    command->add_option("preset", typed.preset, "quick unless given; see list");
    auto* plan_file = command->add_option("--plan", typed.plan_file, "measure this plan instead of a preset");
    command->add_option("--out", typed.out, "folder of the run; results/MACHINE/TIME-COMMIT-PRESET unless given");
    command->add_option("-o", typed.copy, "write the run file to this file as well");
    auto* resume = command->add_option("--resume", typed.resume, "continue the interrupted run in this folder");
    command->add_option("--side", typed.sides, "NAME=BINARY, once for each binary to compare")->allow_extra_args(false);
    command->add_option("--alias", typed.alias, "name of this machine on pages");
    command->add_option("--emulated", typed.emulated, "what runs in place of a CPU, in words: pages will say so everywhere");
    command->add_option("--time-limit", typed.time_limit_s, "seconds after which a launch is killed")
        ->check(CLI::Range(kShortestLimitS, kLongestLimitS));
    add_changes(command, typed);
    // The plan of a run, once begun, does not change.
    for (const char* name : {"preset", "--out", "--side", "--alias", "--emulated", "--filter", "--rounds", "--seed"})
        resume->excludes(command->get_option(name));
    resume->excludes(plan_file);
    plan_file->excludes(command->get_option("preset"));
    return command;
}

CLI::App* add_plan(CLI::App& app, Typed& typed) {
    auto* command = app.add_subcommand("plan", "say what a run would do, on this machine or a described one");
    command->add_option("preset", typed.preset, "quick unless given; see list");
    command->add_option("--machine", typed.machine, "\"synthetic:package:2 l3:2 core:8 pu:2\" or an hwloc XML file");
    command->add_flag("--calibrate", typed.calibrate, "measure the clock and the batches, so that runs can share them");
    auto* out = command->add_option("-o", typed.out, "write the plan to a file; - for standard output");
    command->add_flag("--expected-s", typed.only_expected_s, "only say how many seconds the run would take")->excludes(out);
    add_changes(command, typed);
    return command;
}

// CLI11 would say that a command is required, although one was typed.
void refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    std::string names;
    for (const auto* command : app.get_subcommands({})) {
        if (command->check_name(argv[1])) return;
        names += (names.empty() ? "" : ", ") + command->get_name();
    }
    throw UsageError("no command named '" + std::string(argv[1]) + "'; there are: " + names);
}

int dispatch(int argc, char** argv, const Catalogue& catalogue) {
    CLI::App app("Measures what concurrency costs on this machine.", "latchmark-bench");
    Typed typed;
    const auto suite = runner::this_suite();
    app.set_version_flag(
        "--version", "latchmark " + suite.version + " (" + suite.commit + ", " + suite.compiler + ", " + suite.build_type + ')');
    app.require_subcommand(1);
    const auto* run = add_run(app, typed);
    const auto* plan = add_plan(app, typed);
    auto* list = app.add_subcommand("list", "the presets and experiments");
    auto* machine = app.add_subcommand("machine", "the fingerprint, placements, counters, and what disturbs measuring");
    for (auto* command : {list, machine}) command->add_flag("--json", typed.as_json, "for programs");
    app.footer("Any --benchmark_... argument: Google Benchmark's own command line, for exploring.");
    refuse_unknown_command(app, argc, argv);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& end) {
        if (end.get_exit_code() == 0) return app.exit(end);
        throw UsageError(std::string(end.what()) + "; see --help");
    }
    if (run->parsed()) return static_cast<int>(runner::run(run_request(typed, argc, argv), catalogue));
    if (plan->parsed())
        return static_cast<int>(runner::plan({.preset = typed.preset,
                                              .machine = given(typed.machine),
                                              .calibrate = typed.calibrate,
                                              .out = given<std::filesystem::path>(typed.out),
                                              .only_expected_s = typed.only_expected_s,
                                              .changes = changes_in(typed),
                                              .launch_prefix = words_of(typed.launch_prefix),
                                              .lock_name = typed.lock_name},
                                             catalogue));
    if (list->parsed())
        runner::list(std::cout, catalogue, typed.as_json);
    else
        runner::print_machine(std::cout, typed.as_json);
    return static_cast<int>(Exit::good);
}

bool is_for_google_benchmark(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]).starts_with("--benchmark_")) return true;
    return false;
}

int fail(Exit exit, const char* what) {
    std::cerr << "latchmark-bench: " << what << '\n';
    return static_cast<int>(exit);
}

}  // namespace

int main(int argc, char** argv, Catalogue (*catalogue)()) {
    try {
        // Before anything else: a launch makes its parked thread first, or none at all.
        if (argc >= 2 && std::string_view(argv[1]) == "launch")
            return launch::answer(catalogue(), argc == 3 && std::string_view(argv[2]) == "--never-threaded");
        if (is_for_google_benchmark(argc, argv)) return launch::google_benchmark(argc, argv, catalogue());
        return dispatch(argc, argv, catalogue());
    } catch (const runner::UsageError& problem) {
        return fail(Exit::usage, problem.what());
    } catch (const std::invalid_argument& problem) {
        return fail(Exit::usage, problem.what());
    } catch (const std::exception& problem) {
        return fail(Exit::nothing_measured, problem.what());
    }
}

}  // namespace latchmark
