// From the end of a process to a status with a reason.
#include "harness/runner/outcome.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "harness/launch/protocol.hpp"
#include "harness/runner/anonymous.hpp"

namespace latchmark::runner {

namespace {

std::string with_last_words(std::string what, const ChildEnd& child) {
    if (!child.last_error_line.empty()) what += "; it said: " + child.last_error_line;
    return what;
}

std::string signal_text(int signal) {
    const char* name = sigabbrev_np(signal);
    return "killed by signal " + std::to_string(signal) + (name == nullptr ? "" : " (SIG" + std::string(name) + ")");
}

Outcome garbage(const ChildEnd& child) {
    constexpr std::size_t kQuoted = 60;
    // dump() replaces what is no UTF-8 and escapes what a terminal would act on.
    const auto quoted =
        nlohmann::json(child.answer.substr(0, kQuoted)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return {.status = LaunchStatus::failed,
            .why = with_last_words("it answered something else than the protocol: " + quoted, child)};
}

Outcome outcome_of_answer(const ChildEnd& child) {
    const auto answer = nlohmann::json::parse(child.answer, nullptr, false);
    if (!answer.is_object()) return garbage(child);
    const auto protocol = answer.find("protocol");
    const auto status = answer.find("status");
    if (protocol == answer.end() || status == answer.end() || !status->is_string()) return garbage(child);
    if (*protocol != launch::kProtocol)
        return {.status = LaunchStatus::failed,
                .why = "it speaks protocol " + protocol->dump() + ", the runner " + std::to_string(launch::kProtocol) +
                       ": rebuild the older side"};
    if (*status == "ok") return {.status = LaunchStatus::ok, .text = child.answer};
    const auto why = answer.value("why", nlohmann::json());
    const auto reason = why.is_string() ? why.get<std::string>() : "it gave no reason";
    if (*status == "unavailable") return {.status = LaunchStatus::unavailable, .why = reason};
    if (*status == "verify_failed") return {.status = LaunchStatus::verify_failed, .why = reason};
    if (*status == "failed") return {.status = LaunchStatus::failed, .why = with_last_words(reason, child)};
    return garbage(child);
}

Outcome outcome_without_time(const ChildEnd& child) {
    switch (child.end) {
        case End::interrupted:
            return {.status = LaunchStatus::interrupted, .why = "the run was stopped"};
        case End::timed_out:
            return {.status = LaunchStatus::timed_out,
                    .why = with_last_words("no end after " + std::to_string(child.wall_ns / 1'000'000) + " ms" +
                                               (child.unfinished.empty() ? "" : ": " + child.unfinished),
                                           child)};
        case End::too_long:
            return {.status = LaunchStatus::failed, .why = "its answer is longer than any launch's"};
        case End::killed:
            return {.status = LaunchStatus::crashed, .why = with_last_words(signal_text(child.code), child)};
        case End::exited:
            break;
    }
    if (child.code != 0)
        return {.status = LaunchStatus::crashed, .why = with_last_words("exited with " + std::to_string(child.code), child)};
    if (child.answer.empty()) return {.status = LaunchStatus::crashed, .why = with_last_words("exited without an answer", child)};
    return outcome_of_answer(child);
}

}  // namespace

std::string_view name_of(LaunchStatus status) {
    constexpr std::array<std::string_view, 7> names{"ok",     "verify_failed", "crashed",    "timed_out",
                                                    "failed", "unavailable",   "interrupted"};
    return names[static_cast<std::size_t>(status)];
}

Outcome outcome_of(const ChildEnd& child) {
    auto outcome = outcome_without_time(child);
    outcome.wall_ns = child.wall_ns;
    // Loaders and assertions name files, and the reason goes into the run file.
    outcome.why = without_folders(outcome.why);
    return outcome;
}

nlohmann::json answer_of(const Outcome& outcome) {
    if (outcome.status != LaunchStatus::ok) return nullptr;
    return nlohmann::json::parse(outcome.text);
}

}  // namespace latchmark::runner
