// `run`.
#include "harness/runner/run_command.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unistd.h>

#include "harness/machine/topology.hpp"
#include "harness/runner/anonymous.hpp"
#include "harness/runner/durable_file.hpp"
#include "harness/runner/facts.hpp"
#include "harness/runner/host_lock.hpp"
#include "harness/runner/json_member.hpp"
#include "harness/runner/plan_command.hpp"
#include "harness/runner/rounds.hpp"
#include "harness/runner/run_file.hpp"
#include "harness/runner/session.hpp"
#include "harness/runner/utc.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::runner {

namespace {

namespace fs = std::filesystem;

struct Machine {
    machine::Topology topology;
    Suite suite;
    machine::Fingerprint fingerprint;
};

Machine this_machine(const RunRequest& request) {
    Machine here{.topology = machine::this_machine(), .suite = this_suite(), .fingerprint = {}};
    here.fingerprint = fingerprint_with(here.suite, here.topology);
    if (!request.alias) return here;
    if (request.alias->empty() || request.alias->front() == '.' || request.alias->find('/') != std::string::npos)
        throw UsageError("--alias '" + *request.alias + "' cannot name a folder");
    here.fingerprint.alias = *request.alias;
    return here;
}

std::vector<Side> sides_of(const RunRequest& request) {
    if (request.sides.empty()) return {{.name = "head", .binary = kThisProgram, .build_id = build_id_of(kThisProgram)}};
    std::vector<Side> sides;
    std::set<std::string> names;
    for (const auto& [name, binary] : request.sides) {
        if (name.empty() || !names.insert(name).second)
            throw UsageError("--side needs NAME=BINARY with a name of its own for each");
        // No mistake of the command line: a build that failed, or a file that was lost on its way here.
        if (access(binary.c_str(), X_OK) != 0 || fs::is_directory(binary))
            throw InfrastructureError(
                std::string("--side ").append(name).append(": '").append(binary).append("' is no program that can be run"));
        sides.push_back({.name = name, .binary = fs::absolute(binary).string(), .build_id = build_id_of(binary)});
    }
    return sides;
}

Plan make_plan(const RunRequest& request, const Catalogue& catalogue, const Machine& here) {
    Plan plan = request.plan_file ? read_plan(*request.plan_file)
                                  : plan_of(catalogue, find_preset(catalogue, request.preset), here.topology,
                                            here.fingerprint.hard_key_hash, fresh_seed());
    apply(request.changes, plan);
    refuse_other_machine(plan, here.fingerprint.hard_key_hash, here.topology);
    const bool is_any_measured =
        std::any_of(plan.points.begin(), plan.points.end(), [](const Point& point) { return !point.skip; });
    if (!is_any_measured)
        throw InfrastructureError("nothing can be measured: every point is skipped, for instance " + plan.points.front().name +
                                  ": " + plan.points.front().skip.value());
    return plan;
}

std::string text_of(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

nlohmann::json machine_of(const RunRequest& request, const Machine& here) {
    auto machine = json_of(here.fingerprint, here.topology);
    machine["emulated"] = or_null(request.emulated);
    return machine;
}

// Machines of one model that start in one second, as a rack does, differ by the seed alone: its last digits.
std::string id_of(const Plan& plan, const Machine& here, std::time_t now) {
    return utc_name(now) + '-' + here.suite.commit + '-' + plan.preset + '-' + here.fingerprint.hard_key_hash.substr(0, 8) + '-' +
           std::to_string(plan.seed % 1'000'000);
}

Record begin_record(const RunRequest& request, const Catalogue& catalogue, const Machine& here, std::time_t now) {
    Record record{.plan = make_plan(request, catalogue, here)};
    const auto capability = counters::capability(roles_asked(catalogue.experiments));
    record.beginning = {.id = id_of(record.plan, here, now),
                        .started_utc = utc_text(now),
                        .command = anonymous(request.command),
                        .sides = sides_of(request),
                        .suite = text_of(json_of(here.suite, capability)),
                        .machine = text_of(machine_of(request, here)),
                        .counters = text_of(json_of(capability))};
    record.beginning.expected_s = expected_s(record.plan, record.beginning.sides.size());
    return record;
}

// A run file never changes: a folder that has one, or an interrupted run, is not written to.
fs::path make_folder(const RunRequest& request, const Record& record, const Machine& here, std::time_t now) {
    const auto default_folder = [&] {
        return fs::path("results") / (here.fingerprint.alias + '-' + here.fingerprint.hard_key_hash.substr(0, 8)) /
               (utc_name(now) + '-' + here.suite.commit + '-' + record.plan.preset);
    };
    fs::path folder = request.out.value_or(default_folder());
    if (fs::exists(folder / kRunFileName) || fs::exists(folder / kJournalName))
        throw UsageError(folder.string() + " already holds a run: choose another --out, or --resume it");
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw InfrastructureError("cannot make the folder " + folder.string() + ": " + error.message());
    return folder;
}

// The build decides, not the path: this program may be the one that began the run, from another folder.
void find_binaries(std::vector<Side>& sides) {
    for (auto& side : sides) {
        if (build_id_of(side.binary) == side.build_id) continue;
        if (side.build_id != build_id_of(kThisProgram))
            throw UsageError("the binary of side " + side.name + " has changed since the run began: start a new run");
        side.binary = kThisProgram;
    }
}

Launcher launcher_of(const RunRequest& request, std::vector<Side> sides, Interruption& interruption) {
    // With words before it, the program that "/proc/self/exe" means would be the first of them.
    for (auto& side : sides)
        if (side.binary == kThisProgram && !request.launch_prefix.empty()) side.binary = fs::read_symlink(kThisProgram).string();
    return {std::move(sides), request.launch_prefix, request.time_limit_ns, interruption};
}

void say_what_failed(const Record& record) {
    constexpr std::size_t kNamed = 5;
    std::map<LaunchStatus, std::size_t> counts;
    std::map<std::size_t, std::pair<std::size_t, const LaunchRecord*>> failures;
    for (const auto& launch : record.launches) {
        ++counts[launch.status];
        if (launch.status == LaunchStatus::ok) continue;
        auto& [count, first] = failures[launch.point];
        if (count++ == 0) first = &launch;
    }
    std::cerr << record.launches.size() << " launches";
    for (const auto& [status, count] : counts) std::cerr << ", " << count << ' ' << name_of(status);
    std::cerr << '\n';
    std::size_t named = 0;
    for (const auto& [point, failure] : failures) {
        if (named++ == kNamed) {
            std::cerr << "  and " << failures.size() - kNamed << " more points\n";
            break;
        }
        std::cerr << "  " << record.plan.points[point].name << ": " << failure.first << " x " << name_of(failure.second->status)
                  << ": " << failure.second->why << '\n';
    }
}

// Measures what is missing, writes the run file, says how it went.
Exit execute(const RunRequest& request, Record& record, Journal& journal, const fs::path& folder,
             const machine::Topology& topology, Interruption& interruption, std::uint64_t begin_ns) {
    Launcher launcher = launcher_of(request, record.beginning.sides, interruption);
    const auto elapsed_s = [begin_ns] { return static_cast<double>(now_ns() - begin_ns) * 1e-9; };
    Progress progress(std::cerr, isatty(STDERR_FILENO) == 1, remaining_s(record), elapsed_s);
    const bool is_complete = Session(record, journal, launcher, progress, topology, begin_ns).run();
    progress.finish();

    Ending ending{.ended_utc = utc_text(std::time(nullptr)), .duration_s = record.measured_s + elapsed_s()};
    if (!is_complete) ending.incomplete_reason = "stopped by a signal";
    const std::string text = run_file_text(record, ending);
    write_durably(folder / kRunFileName, text);
    if (is_complete) journal.remove();

    say_what_failed(record);
    if (!is_complete) std::cerr << "stopped: continue with `run --resume " << folder.string() << "`\n";
    std::cout << folder.string() << std::endl;
    // Last: should it fail after all, the run is kept where it lies, and its place was said.
    if (request.copy) write_durably(*request.copy, text);
    if (is_complete && record.launches.empty()) throw InfrastructureError("nothing could be measured: every point is skipped");
    const bool is_any_bad = std::any_of(record.launches.begin(), record.launches.end(),
                                        [](const LaunchRecord& launch) { return launch.status != LaunchStatus::ok; });
    return is_any_bad ? Exit::bad : is_complete ? Exit::good : Exit::incomplete;
}

Exit run_anew(const RunRequest& request, const Catalogue& catalogue, Interruption& interruption, std::uint64_t begin_ns) {
    const Machine here = this_machine(request);
    const std::time_t now = std::time(nullptr);
    Record record = begin_record(request, catalogue, here, now);
    say_what_is_planned(std::cerr, record.plan, record.beginning.sides.size());
    if (!record.plan.clock) {
        Launcher launcher = launcher_of(request, record.beginning.sides, interruption);
        record.plan.clock = measure_clock(launcher, record.plan);
    }
    if (!record.plan.clock) {
        std::cerr << "stopped before anything was measured\n";
        return Exit::incomplete;
    }
    const fs::path folder = make_folder(request, record, here, now);
    Journal journal = Journal::begin(folder, record);
    return execute(request, record, journal, folder, here.topology, interruption, begin_ns);
}

Exit resume(const RunRequest& request, const fs::path& folder, Interruption& interruption, std::uint64_t begin_ns) {
    const Machine here = this_machine(request);
    Record record = Journal::recorded(folder);
    refuse_other_machine(record.plan, here.fingerprint.hard_key_hash, here.topology);
    find_binaries(record.beginning.sides);
    record = {};
    Journal journal = Journal::resume(folder, utc_text(std::time(nullptr)), record);
    find_binaries(record.beginning.sides);
    say_what_is_planned(std::cerr, record.plan, record.beginning.sides.size());
    return execute(request, record, journal, folder, here.topology, interruption, begin_ns);
}

}  // namespace

Exit run(const RunRequest& request, const Catalogue& catalogue) {
    const std::uint64_t begin_ns = now_ns();
    if (request.copy) refuse_unwritable(*request.copy);
    const HostLock lock(request.lock_name);
    Interruption interruption;
    return request.resume ? resume(request, *request.resume, interruption, begin_ns)
                          : run_anew(request, catalogue, interruption, begin_ns);
}

}  // namespace latchmark::runner
