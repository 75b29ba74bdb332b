// A request survives the way through JSON, and a wrong one is refused in one clear line.
#include "harness/launch/protocol.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace latchmark::launch {
namespace {

Request some_request() {
    return {.kind = Kind::calibrate,
            .experiment = "contention/counter",
            .variant = "mutex",
            .team = Team::processes,
            .workers = 2,
            .cpus = {3, 7},
            .node = 1,
            .parameters = {{"stride", 64}},
            .purpose = Purpose::counts,
            .batch = 12,
            .windows = 9,
            .window_ns = 5'000'000,
            .warm_up_ns = 20'000'000,
            .chain_step_ns = 1.25,
            .seed = UINT64_MAX,
            .roles = {"cross_core_loads"}};
}

std::string refusal_of(const nlohmann::json& message) {
    try {
        (void)request_from(message);
        return "accepted";
    } catch (const std::invalid_argument& refusal) {
        return refusal.what();
    }
}

TEST(Protocol, ARequestSurvivesTheWay) {
    const auto sent = some_request();
    const auto received = request_from(nlohmann::json::parse(to_json(sent).dump()));
    EXPECT_EQ(to_json(received), to_json(sent));
    EXPECT_EQ(received.seed, UINT64_MAX);  // a double would have rounded it
    EXPECT_EQ(received.cpus, sent.cpus);
    EXPECT_EQ(received.node, sent.node);
    EXPECT_EQ(received.team, Team::processes);
}

TEST(Protocol, PairsSurviveTheWayAndMayBeAbsent) {
    auto sent = some_request();
    EXPECT_FALSE(to_json(sent).contains("pairs"));
    EXPECT_TRUE(request_from(to_json(sent)).pairs.empty());
    sent.pairs = {{3, 7}, {7, 3}};
    sent.pages = 8;
    const auto received = request_from(nlohmann::json::parse(to_json(sent).dump()));
    EXPECT_EQ(received.pairs, sent.pairs);
    EXPECT_EQ(received.pages, 8U);
    EXPECT_EQ(to_json(sent)["pairs"], (nlohmann::json{{3, 7}, {7, 3}}));
}

TEST(Protocol, SeatsSurviveTheWayAndMayBeAbsent) {
    auto sent = some_request();
    EXPECT_FALSE(to_json(sent).contains("seats"));
    EXPECT_TRUE(request_from(to_json(sent)).seats.empty());
    sent.seats = {3, 7, 1};
    EXPECT_EQ(request_from(nlohmann::json::parse(to_json(sent).dump())).seats, sent.seats);
}

TEST(Protocol, ExtraOperationsSurviveTheWayAndMayBeAbsent) {
    auto sent = some_request();
    EXPECT_FALSE(to_json(sent).contains("extra_share"));
    EXPECT_EQ(request_from(to_json(sent)).extra_share, std::nullopt);
    sent.extra_share = 0.05;
    EXPECT_EQ(request_from(nlohmann::json::parse(to_json(sent).dump())).extra_share, 0.05);
}

// Not above 0 would be no slowdown and look like one that nobody saw.
TEST(Protocol, RefusesExtraOperationsThatCannotBeDone) {
    const auto with = [](const nlohmann::json& share, const char* purpose) {
        auto message = to_json(some_request());
        message["extra_share"] = share;
        message["purpose"] = purpose;
        return refusal_of(message);
    };
    EXPECT_EQ(with(10, "counts"), "accepted");
    for (const double share : {0.0, -0.05, 10.5, 1e300})
        EXPECT_EQ(with(share, "counts"), "launch request: extra_share is not above 0 and at most 10") << share;
    EXPECT_EQ(with(0.05, "latency"),
              "launch request: extra_share on a point of latencies: operations are not what a latency is made of");
    EXPECT_NE(with("much", "counts").find("launch request: "), std::string::npos);
    auto message = to_json(some_request());
    message["extra_share"] = nullptr;
    EXPECT_NE(refusal_of(message), "accepted");
}

TEST(Protocol, RefusesPairsThatCannotBeVisited) {
    const auto with = [](const nlohmann::json& pairs, const nlohmann::json& pages) {
        auto message = to_json(some_request());
        message["pairs"] = pairs;
        message["pages"] = pages;
        return refusal_of(message);
    };
    const nlohmann::json one = nlohmann::json::array({{3, 7}});
    EXPECT_EQ(with(one, 8), "accepted");
    EXPECT_EQ(with(one, 0), "launch request: pairs need two workers, at least one pair, and 1 to 10000 pages");
    EXPECT_EQ(with(nlohmann::json::array(), 8), with(one, 0));
    EXPECT_EQ(with(one, 10'001), with(one, 0));
    EXPECT_EQ(with(nlohmann::json::array({{3, 3}}), 8), "launch request: a pair has CPU 3 twice, which it would share");
    EXPECT_NE(with(nlohmann::json::array({{3}}), 8).find("launch request: "), std::string::npos);
    auto message = to_json(some_request());
    message["pairs"] = one;
    EXPECT_NE(refusal_of(message).find("pages"), std::string::npos);  // not silently one page
}

TEST(Protocol, RefusalsSayWhatIsWrong) {
    const auto with = [](const char* member, const nlohmann::json& value) {
        auto message = to_json(some_request());
        message[member] = value;
        return refusal_of(message);
    };
    EXPECT_EQ(with("protocol", 2), "launch request: protocol 2, but this binary speaks 1: rebuild the older side");
    EXPECT_EQ(with("kind", "guess"), "launch request: kind 'guess' is not known");
    EXPECT_EQ(with("workers", 3), "launch request: 3 workers on 2 CPUs: each worker needs one");
    EXPECT_EQ(with("windows", 0), "launch request: windows, batch, window_ns, warm_up_ns or chain_step_ns is out of its range");
    for (const auto& [member, value] : {std::pair{"windows", 4294967295.0}, {"chain_step_ns", 1e-300}, {"window_ns", 1e18}}) {
        EXPECT_NE(with(member, value).find("out of its range"), std::string::npos) << member;
    }
    EXPECT_NE(with("cpus", "all").find("launch request: "), std::string::npos);
    EXPECT_NE(refusal_of(nlohmann::json::array()), "accepted");
    auto message = to_json(some_request());
    message.erase("variant");
    EXPECT_NE(refusal_of(message).find("variant"), std::string::npos);
}

}  // namespace
}  // namespace latchmark::launch
