// One line a launch.
#include "harness/runner/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "harness/launch/control_answer.hpp"
#include "harness/runner/durable_file.hpp"
#include "harness/runner/json_member.hpp"

namespace latchmark::runner {

namespace {

using nlohmann::json;

constexpr const char* kSchema = "latchmark.journal/1";

LaunchStatus status_from(const json& object) {
    const auto text = member<std::string>(object, "status");
    for (const auto status : {LaunchStatus::ok, LaunchStatus::verify_failed, LaunchStatus::crashed, LaunchStatus::timed_out,
                              LaunchStatus::failed, LaunchStatus::unavailable})
        if (name_of(status) == text) return status;
    throw UsageError("`status` has the unknown word \"" + text + "\"");
}

json json_of(const Record& record) {
    const Beginning& beginning = record.beginning;
    json sides = json::array();
    for (const auto& side : beginning.sides)
        sides.push_back({{"name", side.name}, {"binary", side.binary}, {"build_id", side.build_id}});
    return {{"schema", kSchema},
            {"id", beginning.id},
            {"started_utc", beginning.started_utc},
            {"command", beginning.command},
            {"expected_s", beginning.expected_s},
            {"sides", std::move(sides)},
            {"suite", beginning.suite},
            {"machine", beginning.machine},
            {"counters", beginning.counters},
            {"plan", to_json(record.plan)}};
}

// Texts that go into the run file as they are: what cannot be written at the end is refused at the beginning.
std::string object_text_in(const json& line, const std::string& name) {
    auto text = member<std::string>(line, name);
    if (!json::parse(text, nullptr, false).is_object()) throw UsageError("`" + name + "` holds no JSON object");
    return text;
}

Record record_from(const json& line) {
    if (const auto schema = member<std::string>(line, "schema"); schema != kSchema)
        throw UsageError("the schema is '" + schema + "', this version reads '" + kSchema + "'");
    Record record{.beginning = {.id = member<std::string>(line, "id"),
                                .started_utc = member<std::string>(line, "started_utc"),
                                .command = member<std::vector<std::string>>(line, "command"),
                                .expected_s = member<double>(line, "expected_s"),
                                .suite = object_text_in(line, "suite"),
                                .machine = object_text_in(line, "machine"),
                                .counters = object_text_in(line, "counters")},
                  .plan = plan_from(member<json>(line, "plan"))};
    for (const auto& side : member<json::array_t>(line, "sides"))
        record.beginning.sides.push_back(
            {member<std::string>(side, "name"), member<std::string>(side, "binary"), member<std::string>(side, "build_id")});
    return record;
}

std::size_t point_in(const json& object, const Record& record) {
    const auto point = member<std::size_t>(object, "point");
    if (point >= record.plan.points.size()) throw UsageError("`point` is beyond the plan");
    return point;
}

void take_control(const json& answers, Record& record) {
    try {
        note(launch::control_from(answers), record);
    } catch (const std::invalid_argument& problem) {
        throw UsageError(problem.what());
    }
}

void take_calibration(const json& object, Record& record) {
    Calibration calibration{.status = status_from(object)};
    if (calibration.status == LaunchStatus::ok) {
        calibration.batch = member<std::uint64_t>(object, "batch");
        calibration.window_ns = member<std::uint64_t>(object, "window_ns");
        calibration.operation_ns = optional_member<double>(object, "operation_ns").value_or(0);
        calibration.beyond_ns = optional_member<double>(object, "beyond_ns");
    } else {
        calibration.why = member<std::string>(object, "why");
    }
    note(calibration, point_in(object, record), record);
}

void take_launch(const json& object, Record& record) {
    const auto name = member<std::string>(object, "side");
    const auto& sides = record.beginning.sides;
    const auto side = std::find_if(sides.begin(), sides.end(), [&](const Side& each) { return each.name == name; });
    if (side == sides.end()) throw UsageError("`side` is none of the run's");
    const auto why = member<json>(object, "why");
    record.launches.push_back({.point = point_in(object, record),
                               .side = static_cast<std::size_t>(side - sides.begin()),
                               .round = member<unsigned>(object, "round"),
                               .status = status_from(object),
                               .why = why.is_string() ? why.get<std::string>() : "",
                               .text = object.dump()});
}

void take_round(const json& object, Record& record) {
    record.rounds.push_back({.round = member<unsigned>(object, "round"), .text = object.dump()});
}

// Sessions follow one another: each begins counting seconds at 0.
struct Sessions {
    double before_s = 0;
    double current_s = 0;
};

void take_line(const json& line, Record& record, Sessions& sessions) {
    if (line.contains("resumed")) {
        ++record.resumed;
        sessions = {.before_s = sessions.before_s + sessions.current_s};
        return;
    }
    sessions.current_s = member<double>(line, "at_s");
    if (line.contains("control"))
        take_control(line["control"], record);
    else if (line.contains("calibration"))
        take_calibration(line["calibration"], record);
    else if (line.contains("launch"))
        take_launch(line["launch"], record);
    else if (line.contains("round"))
        take_round(line["round"], record);
    // What another version notes beside launches costs nothing: a launch that is not understood is made again.
}

// Fills the record; returns how many bytes of the journal are whole.
std::size_t read(const std::filesystem::path& path, Record& record) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UsageError("there is no journal to resume from at " + path.string());
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    Sessions sessions;
    std::size_t whole_bytes = 0;
    for (unsigned number = 1; whole_bytes < text.size(); ++number) {
        const auto end = text.find('\n', whole_bytes);
        // Without its end a line was cut off, even where it happens to parse: 12 may have been 123.
        if (end == std::string::npos) break;
        const auto line = json::parse(text.begin() + static_cast<std::ptrdiff_t>(whole_bytes),
                                      text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        // A power cut can leave a last line of the right length with other bytes in it.
        if (line.is_discarded() && end + 1 == text.size()) break;
        try {
            if (line.is_discarded()) throw UsageError("it is no JSON");
            if (number == 1)
                record = record_from(line);
            else
                take_line(line, record, sessions);
        } catch (const UsageError& problem) {
            throw UsageError("line " + std::to_string(number) + " of " + path.string() + " is damaged: " + problem.what());
        }
        whole_bytes = end + 1;
    }
    if (whole_bytes == 0) throw UsageError(path.string() + " holds no whole line: start a new run");
    record.measured_s = sessions.before_s + sessions.current_s;
    return whole_bytes;
}

}  // namespace

Journal::Journal(std::filesystem::path path, int flags)
    : path_(std::move(path)), file_(open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666)) {
    if (file_ < 0) throw InfrastructureError("cannot write " + path_.string() + ": " + std::strerror(errno));
}

Journal::Journal(Journal&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

Journal::~Journal() {
    if (file_ >= 0) close(file_);
}

Journal Journal::begin(const std::filesystem::path& folder, const Record& record) {
    if (std::filesystem::exists(folder / kJournalName))
        throw InfrastructureError((folder / kJournalName).string() + " is there already");
    // Beside and renamed: a runner that is killed here leaves a whole first line or no journal, never one that cannot be resumed.
    write_durably(folder / kJournalName, json_of(record).dump() + '\n');
    return {folder / kJournalName, 0};
}

Record Journal::recorded(const std::filesystem::path& folder) {
    Record record;
    read(folder / kJournalName, record);
    return record;
}

Journal Journal::resume(const std::filesystem::path& folder, const std::string& utc, Record& record) {
    const auto path = folder / kJournalName;
    const auto whole_bytes = read(path, record);
    Journal journal(path, 0);
    if (ftruncate(journal.file_, static_cast<off_t>(whole_bytes)) != 0)
        throw InfrastructureError("cannot shorten " + path.string() + ": " + std::strerror(errno));
    journal.append(json{{"resumed", utc}}.dump());
    ++record.resumed;
    return journal;
}

void Journal::note(const std::vector<control::RoleControl>& control, double at_s) {
    append(json{{"at_s", at_s}, {"control", launch::control_json(control)}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

void Journal::note(std::size_t point, const Calibration& calibration, double at_s) {
    json entry{{"point", point}, {"status", name_of(calibration.status)}};
    if (calibration.status == LaunchStatus::ok) {
        entry["batch"] = calibration.batch;
        entry["window_ns"] = calibration.window_ns;
        entry["operation_ns"] = calibration.operation_ns;
        entry["beyond_ns"] = or_null(calibration.beyond_ns);
    } else {
        entry["why"] = calibration.why;
    }
    append(json{{"at_s", at_s}, {"calibration", std::move(entry)}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

void Journal::note(const LaunchRecord& launch, double at_s) {
    append("{\"at_s\":" + json(at_s).dump() + ",\"launch\":" + launch.text + "}");
}

void Journal::note(const RoundRecord& round, double at_s) {
    append("{\"at_s\":" + json(at_s).dump() + ",\"round\":" + round.text + "}");
}

void Journal::append(std::string_view text) {
    const std::string line = std::string(text) + '\n';
    const off_t end = lseek(file_, 0, SEEK_END);
    // One write: the kernel takes a line whole or, on a full disk, in part, which is taken back.
    const ssize_t written = write(file_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) return;
    const std::string why = written < 0 ? std::strerror(errno) : "no space left";
    if (ftruncate(file_, end) != 0) throw InfrastructureError(path_.string() + " is cut off in its last line: " + why);
    throw InfrastructureError("cannot write " + path_.string() + ": " + why + "; make room, then resume this run");
}

void Journal::remove() { unlink(path_.c_str()); }

}  // namespace latchmark::runner
