// Answers like a launch without measuring: the variant's name says how it behaves.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/launch/protocol.hpp"

namespace {

using nlohmann::json;

// One counter is dead, and of another one nothing is said.
json control_answer(const json& request) {
    json answers = json::array();
    for (const auto& role : request["roles"]) {
        if (role == "context_switches") continue;
        const bool is_dead = role == "page_faults";
        answers.push_back({{"role", role},
                           {"stimulus", "fresh_pages"},
                           {"cpus", request["cpus"]},
                           {"result", is_dead ? "failed" : "passed"},
                           {"why", is_dead ? json("it counted nothing") : json(nullptr)},
                           {"counted", is_dead ? 0 : 64},
                           {"idle", 0},
                           {"times", 64}});
    }
    return answers;
}

json answer_to(const json& request) {
    json answer{{"protocol", latchmark::launch::kProtocol}, {"status", "ok"}, {"why", nullptr}};
    if (request["kind"] == "clock") {
        answer.update({{"resolution_ns", 20.0}, {"read_ns", 25.0}, {"chain_step_ns", 1.25}});
    } else if (request["kind"] == "control") {
        answer["control"] = control_answer(request);
    } else if (request["kind"] == "calibrate") {
        answer.update({{"batch", 1000}, {"time_per_operation_ns", request["variant"] == "slow" ? 100'000.0 : 5.0}});
    } else {
        // From the request alone, so that two runs of one plan answer alike.
        const auto value = static_cast<double>(request["seed"].get<std::uint64_t>() % 1000) + 1;
        answer.update({{"metrics", {{"time_per_operation", {{"value", value}}}}},
                       {"windows", {{"operations", json::array()}, {"elapsed_ns", json::array()}, {"overlap", json::array()}}},
                       {"readings", json::object()},
                       {"disturbance",
                        {{"roles", request["roles"].size()}, {"unresponsive", request.value("unresponsive", json::array())}}},
                       {"cautions", json::array()},
                       {"cost", {{"set_up_ns", 1.0}, {"warm_up_ns", 2.0}, {"windows_ns", 3.0}}}});
        if (request.contains("extra_share") && request["variant"] != "older") answer["extra_share"] = request["extra_share"];
    }
    return answer;
}

void say(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t bytes = write(latchmark::launch::kAnswerDescriptor, text.data() + at, text.size() - at);
        if (bytes <= 0) std::exit(4);
        at += static_cast<std::size_t>(bytes);
    }
}

[[noreturn]] void hang() {
    while (true) pause();
}

// STAND_IN_COUNT names a file that grows by a byte a launch; at STAND_IN_STOP_AT bytes the runner is asked to stop.
void stop_the_runner_in_time() {
    const char* counter = std::getenv("STAND_IN_COUNT");
    const char* stop_at = std::getenv("STAND_IN_STOP_AT");
    if (counter == nullptr || stop_at == nullptr) return;
    std::ofstream(counter, std::ios::app) << '.';
    if (std::ifstream(counter, std::ios::ate).tellg() != std::atoi(stop_at)) return;
    kill(getppid(), SIGTERM);
    hang();
}

// Dies the first time: the file that STAND_IN_COUNT names gets a neighbour then.
void die_once() {
    const char* counter = std::getenv("STAND_IN_COUNT");
    if (counter == nullptr) return;
    const std::string mark = std::string(counter) + ".died";
    if (std::ifstream(mark)) return;
    std::ofstream(mark) << '.';
    std::raise(SIGKILL);
}

// Also where a sanitizer would catch the signal and exit.
[[noreturn]] void die_of(int signal) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    hang();
}

void misbehave(const std::string& variant) {
    if (variant == "crash") die_of(SIGSEGV);
    if (variant == "hang") hang();
    if (variant == "garbage") say("\x1b[31m no json"), std::exit(0);
    if (variant == "huge")
        while (true) say(std::string(1U << 20U, ' '));
    if (variant == "silent") std::exit(0);
    if (variant == "old_protocol") say(R"({"protocol":0,"status":"ok"})"), std::exit(0);
    if (variant == "half_answer") say(R"({"protocol":1,"status":"ok","why":null,"metrics":{}})"), std::exit(0);
    if (variant == "verify_failed") say(R"({"protocol":1,"status":"verify_failed","why":"one increment is lost"})"), std::exit(0);
    if (variant == "unavailable") say(R"({"protocol":1,"status":"unavailable","why":"it needs a PMU"})"), std::exit(0);
    if (variant == "talker") std::cerr << "warming up\nno memory left\xff\n", std::exit(9);
    // A worker that outlives its launch and keeps the answer's pipe open.
    if (variant == "orphan" && fork() == 0) hang();
}

}  // namespace

int main(int argc, char** argv) {
    stop_the_runner_in_time();
    const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    const auto request = json::parse(text);
    const bool is_expected =
        argc >= 2 && std::string(argv[1]) == "launch" && (argc == 3) == (request["variant"] == "never_threaded");
    if (!is_expected) {
        say(R"({"protocol":1,"status":"failed","why":"other words than a launch's"})");
        return 0;
    }
    if (request["variant"] == "flaky") die_once();
    const char* control = std::getenv("STAND_IN_CONTROL");
    if (request["kind"] == "control" && control != nullptr) misbehave(control);
    if (request["kind"] == "measure" || request["variant"] == "broken" || request["variant"] == "unavailable")
        misbehave(request["variant"]);
    if (request["variant"] == "broken") die_of(SIGABRT);
    std::cout << "what a workload prints goes nowhere\n";
    say(answer_to(request).dump() + '\n');
    return 0;
}
