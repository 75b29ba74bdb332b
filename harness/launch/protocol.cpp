// Requests to and from JSON.
#include "harness/launch/protocol.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace latchmark::launch {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kKinds{"measure", "calibrate", "clock", "control"};
constexpr std::array<std::string_view, 2> kTeams{"threads", "processes"};
constexpr std::array<std::string_view, 3> kPurposes{"throughput", "latency", "counts"};

template <typename Enum, std::size_t Size>
std::string_view word_of(Enum value, const std::array<std::string_view, Size>& words) {
    return words[static_cast<std::size_t>(value)];
}

template <typename Enum, std::size_t Size>
Enum value_of(const json& message, const char* member, const std::array<std::string_view, Size>& words) {
    const auto word = message.at(member).get<std::string>();
    for (std::size_t i = 0; i < Size; ++i) {
        if (words[i] == word) return static_cast<Enum>(i);
    }
    throw std::invalid_argument("launch request: " + std::string(member) + " '" + word + "' is not known");
}

// Ten times more is a slowdown that nobody has to search for, and a batch of such a size still ends.
constexpr double kLargestExtraShare = 10;

void read_extra_share(const json& message, Request& request) {
    const auto share = message.at("extra_share").get<double>();
    if (!(share > 0 && share <= kLargestExtraShare))
        throw std::invalid_argument("launch request: extra_share is not above 0 and at most 10");
    if (request.purpose == Purpose::latency)
        throw std::invalid_argument(
            "launch request: extra_share on a point of latencies: operations are not what a latency is made of");
    request.extra_share = share;
}

void read_pairs(const json& message, Request& request) {
    constexpr unsigned kMostPages = 10'000;
    request.pairs = message.at("pairs").get<std::vector<std::pair<unsigned, unsigned>>>();
    request.pages = message.at("pages").get<unsigned>();
    if (request.pairs.empty() || request.pages == 0 || request.pages > kMostPages || request.workers != 2)
        throw std::invalid_argument("launch request: pairs need two workers, at least one pair, and 1 to " +
                                    std::to_string(kMostPages) + " pages");
    for (const auto& [first, second] : request.pairs) {
        if (first == second)
            throw std::invalid_argument("launch request: a pair has CPU " + std::to_string(first) +
                                        " twice, which it would share");
    }
}

}  // namespace

json to_json(const Request& request) {
    json message = {{"protocol", kProtocol},
                    {"kind", word_of(request.kind, kKinds)},
                    {"experiment", request.experiment},
                    {"variant", request.variant},
                    {"team", word_of(request.team, kTeams)},
                    {"workers", request.workers},
                    {"cpus", request.cpus},
                    {"parameters", request.parameters},
                    {"purpose", word_of(request.purpose, kPurposes)},
                    {"batch", request.batch},
                    {"windows", request.windows},
                    {"window_ns", request.window_ns},
                    {"warm_up_ns", request.warm_up_ns},
                    {"chain_step_ns", request.chain_step_ns},
                    {"seed", request.seed},
                    {"roles", request.roles}};
    if (request.node) message["node"] = *request.node;
    if (!request.seats.empty()) message["seats"] = request.seats;
    if (!request.unresponsive.empty()) message["unresponsive"] = request.unresponsive;
    if (request.extra_share) message["extra_share"] = *request.extra_share;
    if (!request.pairs.empty()) {
        message["pairs"] = request.pairs;
        message["pages"] = request.pages;
    }
    return message;
}

Request request_from(const json& message) {
    try {
        const int protocol = message.at("protocol").get<int>();
        if (protocol != kProtocol) {
            throw std::invalid_argument("launch request: protocol " + std::to_string(protocol) + ", but this binary speaks " +
                                        std::to_string(kProtocol) + ": rebuild the older side");
        }
        Request request;
        request.kind = value_of<Kind>(message, "kind", kKinds);
        request.experiment = message.at("experiment").get<std::string>();
        request.variant = message.at("variant").get<std::string>();
        request.team = value_of<Team>(message, "team", kTeams);
        request.workers = message.at("workers").get<std::size_t>();
        request.cpus = message.at("cpus").get<std::vector<unsigned>>();
        request.parameters = message.at("parameters").get<std::map<std::string, double>>();
        request.purpose = value_of<Purpose>(message, "purpose", kPurposes);
        request.batch = message.at("batch").get<std::uint64_t>();
        request.windows = message.at("windows").get<unsigned>();
        request.window_ns = message.at("window_ns").get<std::uint64_t>();
        request.warm_up_ns = message.at("warm_up_ns").get<std::uint64_t>();
        request.chain_step_ns = message.at("chain_step_ns").get<double>();
        request.seed = message.at("seed").get<std::uint64_t>();
        request.roles = message.at("roles").get<RoleGroup>();
        if (message.contains("unresponsive")) request.unresponsive = message.at("unresponsive").get<std::vector<std::string>>();
        if (message.contains("node")) request.node = message.at("node").get<unsigned>();
        if (message.contains("seats")) request.seats = message.at("seats").get<std::vector<unsigned>>();
        if (request.cpus.size() != request.workers || request.cpus.empty()) {
            throw std::invalid_argument("launch request: " + std::to_string(request.workers) + " workers on " +
                                        std::to_string(request.cpus.size()) + " CPUs: each worker needs one");
        }
        if (message.contains("pairs")) read_pairs(message, request);
        if (message.contains("extra_share")) read_extra_share(message, request);
        constexpr unsigned kMostWindows = 100'000;
        constexpr std::uint64_t kLongestNs = 86'400'000'000'000;  // a day: sums of such times fit into 64 bits
        if (request.windows == 0 || request.windows > kMostWindows || request.batch == 0 || request.window_ns > kLongestNs ||
            request.warm_up_ns > kLongestNs || !(request.chain_step_ns > 1e-3 && request.chain_step_ns < 1e6)) {
            throw std::invalid_argument(
                "launch request: windows, batch, window_ns, warm_up_ns or chain_step_ns is out of its range");
        }
        return request;
    } catch (const json::exception& problem) {
        throw std::invalid_argument(std::string("launch request: ") + problem.what());
    }
}

}  // namespace latchmark::launch
