// A launch answers every request: with a measurement, a calibration, a clock, or a status and its reason.
#include <algorithm>
#include <array>
#include <atomic>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <span>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

#include "harness/launch/launch.hpp"
#include "harness/launch/point.hpp"
#include "harness/machine/topology.hpp"
#include "harness/measure/parked_thread.hpp"
#include "harness/tests/launch/counting.hpp"

namespace latchmark::launch {
namespace {

class CannotBeBuilt : public Counting {
public:
    explicit CannotBeBuilt(const Setting& setting) : Counting(setting) { throw std::runtime_error("no such device"); }
};

class NeedsTooMuch : public Counting {
public:
    explicit NeedsTooMuch(const Setting& setting) : Counting(setting) { (void)setting.memory->allocate(std::size_t{1} << 40U); }
};

// The partners hand a number back and forth; each waits for its turn.
class PingPong {
public:
    explicit PingPong(const Setting& setting) : number_(1, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            // yields: this machine may have one CPU
            while (number_[0].load(std::memory_order_acquire) % 2 != worker) ::sched_yield();
            number_[0].fetch_add(1, std::memory_order_release);
        }
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return number_[0].load(std::memory_order_relaxed) == operations; }

private:
    Slots<std::atomic<std::uint64_t>> number_;
};

class LosesTheNumber : public PingPong {
public:
    using PingPong::PingPong;
    [[nodiscard]] bool verify(std::uint64_t operations) const { return PingPong::verify(operations + 1); }
};

// Worker 0 counts; the other one sleeps once a call, whatever it is asked for.
class Sleeper : public Counting {
public:
    static constexpr std::array<std::string_view, 2> kParts{"subject", "sleeper"};
    static constexpr std::array<std::string_view, 1> kFinalTallies{"halves"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t) { return worker == 0 ? 0 : 1; }
    using Counting::Counting;
    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 1) ::usleep(1000);
        Counting::run(worker, operations);
    }
    void final_tallies(std::uint64_t operations, std::span<std::uint64_t> tallies) const { tallies[0] = 2 * operations; }
};

// Says where it could put what it makes itself.
class Seated : public Counting {
public:
    static constexpr std::array<latchmark::Quantity, 2> kQuantities{
        {{"first_seat", "1", "none", "CPU"}, {"seats", "1", "none", "how many"}}};
    explicit Seated(const Setting& setting) : Counting(setting), seats_(setting.seats) {}
    [[nodiscard]] std::vector<OrUnavailable<double>> quantities() const {
        if (seats_.empty()) return {Unavailable{"it has no seat"}, 0.0};
        return {static_cast<double>(seats_.front()), static_cast<double>(seats_.size())};
    }

private:
    std::vector<unsigned> seats_;
};

class ForgetsAQuantity : public Seated {
public:
    using Seated::Seated;
    [[nodiscard]] std::vector<OrUnavailable<double>> quantities() const { return {1.0}; }
};

class ConfusedParts : public Counting {
public:
    static constexpr std::array<std::string_view, 1> kParts{"subject"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t) { return worker; }
    using Counting::Counting;
};

Catalogue catalogue() {
    return {.experiments = {{.name = "test/count",
                             .question = "",
                             .operation = "",
                             .baseline = "good",
                             .variants = {variant<Counting>("good", ""), variant<LosesOne>("sabotaged", ""),
                                          variant<CannotBeBuilt>("unbuildable", ""), variant<NeedsTooMuch>("greedy", ""),
                                          variant<Counting>(
                                              "lacking", "",
                                              {.lacks = [] { return std::optional<std::string>("no such instruction"); }}),
                                          variant<Counting>("never_threaded", "", {.most_workers = 1, .never_threaded = true}),
                                          variant<Sleeper>("sleeper", ""), variant<ConfusedParts>("confused", ""),
                                          variant<Seated>("seated", ""), variant<ForgetsAQuantity>("forgetful", "")}},
                            {.name = "test/way",
                             .question = "",
                             .operation = "",
                             .baseline = "ping_pong",
                             .variants = {variant<PingPong>("ping_pong", ""), variant<LosesTheNumber>("sabotaged", "")},
                             .workers = WorkerSweep::pairs,
                             .lockstep = true}},
            .presets = {}};
}

class LaunchTest : public testing::Test {
protected:
    [[nodiscard]] Request request(const std::string& variant, Kind kind = Kind::measure) const {
        return {.kind = kind,
                .experiment = "test/count",
                .variant = variant,
                .workers = 2,
                .cpus = {cpus_.front().os_id, cpus_.back().os_id},
                .batch = 100,
                .windows = 3,
                .window_ns = 20'000'000,  // some slices of the scheduler: a machine may have one CPU
                .warm_up_ns = 1'000'000};
    }

    nlohmann::json answer(const std::string& variant, Kind kind = Kind::measure) {
        return answer_to(request(variant, kind), catalogue_, false);
    }

    // Where others take the CPUs, a worker may begin after the deadline of every window: such a launch has no numbers.
    nlohmann::json answer_of_a_team(const std::string& variant) {
        auto message = answer(variant);
        for (int tries = 1; tries < 50 && message["metrics"]["share"].contains("why"); ++tries) message = answer(variant);
        return message;
    }

    // There and back on the outermost CPUs, on three pages each.
    nlohmann::json answer_of_pairs(const std::string& variant, unsigned last) {
        Request visit = request(variant);
        const unsigned first = cpus_.front().os_id;
        visit.experiment = "test/way";
        visit.pairs = {{first, last}, {last, first}};
        visit.pages = 3;
        visit.windows = 1;
        return answer_to(visit, catalogue_, false);
    }

    const std::vector<machine::Cpu> cpus_ = machine::this_machine().cpus;

private:
    const measure::ParkedThread parked_;
    const Catalogue catalogue_ = catalogue();
};

TEST_F(LaunchTest, AMeasurementHasMetricsWindowsReadingsAndCost) {
    const auto message = answer_of_a_team("good");
    EXPECT_EQ(message["status"], "ok");
    EXPECT_TRUE(message["why"].is_null());
    EXPECT_EQ(message["protocol"], kProtocol);
    EXPECT_GT(message["metrics"]["time_per_operation"]["value"].get<double>(), 0);
    ASSERT_EQ(message["windows"]["operations"].size(), 3U);
    for (const char* member : {"operations", "elapsed_ns"}) {
        for (const auto& window : message["windows"][member]) EXPECT_EQ(window.size(), 2U);
    }
    EXPECT_EQ(message["windows"]["overlap"].size(), 3U);
    EXPECT_EQ(message["windows"]["counted_from"], 2);
    EXPECT_EQ(message["disturbance"]["involuntary_switches"].size(), 2U);
    EXPECT_EQ(message["disturbance"]["chain_drift"].size(), 2U);
    for (const char* part : {"set_up_ns", "warm_up_ns", "windows_ns"}) EXPECT_TRUE(message["cost"].contains(part)) << part;
    ASSERT_TRUE(message["readings"].contains("voluntary_switches"));
    for (const auto& reading : message["readings"]) EXPECT_TRUE(reading["value"].is_number() != reading.contains("why"));
}

TEST_F(LaunchTest, AControlAnswersForEachRoleThatHasAStimulus) {
    auto asked = request("", Kind::control);
    asked.roles = {"task_clock", "voluntary_switches", "cross_core_loads"};
    const auto message = answer_to(asked, {}, false);
    EXPECT_EQ(message["status"], "ok");
    EXPECT_TRUE(message["why"].is_null());
    ASSERT_EQ(message["control"].size(), 2U);
    const auto& switches = message["control"][0];
    EXPECT_EQ(switches["role"], "voluntary_switches");
    EXPECT_EQ(switches["result"], "passed") << switches["why"];
    EXPECT_GE(switches["times"], 10);
    EXPECT_EQ(switches["cpus"], std::vector<unsigned>{cpus_.front().os_id});
    const auto& loads = message["control"][1];
    EXPECT_EQ(loads["stimulus"], "hand_over");
    EXPECT_EQ(loads["why"].is_null(), loads["result"] == "passed");

    asked.roles = {"no_such_role"};
    EXPECT_EQ(answer_to(asked, {}, false)["status"], "failed");
}

TEST_F(LaunchTest, LostWorkIsVerifyFailedAndHasNoNumbers) {
    const auto message = answer("sabotaged");
    EXPECT_EQ(message["status"], "verify_failed");
    EXPECT_FALSE(message.contains("metrics"));
    EXPECT_NE(message["why"].get<std::string>().find("does not find"), std::string::npos);
}

TEST_F(LaunchTest, WhatGoesWrongIsFailedWithAReason) {
    EXPECT_EQ(answer("unbuildable")["status"], "failed");
    EXPECT_EQ(answer("unbuildable")["why"], "no such device");
    EXPECT_EQ(answer("greedy")["why"], "the workload needs more memory than a team has");
    EXPECT_EQ(answer("unheard_of")["why"], "no variant named 'unheard_of' in this binary");
    EXPECT_EQ(answer("never_threaded")["status"], "failed");
}

TEST_F(LaunchTest, WhatThisMachineLacksIsUnavailableWhenItIsCalibrated) {
    EXPECT_EQ(answer("lacking", Kind::calibrate)["status"], "unavailable");
    EXPECT_EQ(answer("lacking", Kind::calibrate)["why"], "no such instruction");
}

TEST_F(LaunchTest, ACalibrationFindsABatch) {
    const auto message = answer("good", Kind::calibrate);
    EXPECT_EQ(message["status"], "ok");
    EXPECT_GE(message["batch"].get<std::uint64_t>(), 1U);
    EXPECT_GT(message["time_per_operation_ns"].get<double>(), 0);
    for (const char* part : {"set_up_ns", "warm_up_ns", "windows_ns"}) EXPECT_GT(message["cost"][part].get<double>(), 0) << part;
}

TEST_F(LaunchTest, ALaunchOfPairsHasOneEntryAPair) {
    const auto message = answer_of_pairs("ping_pong", cpus_.back().os_id);
    ASSERT_EQ(message["status"], "ok") << message["why"];
    for (const char* name : {"one_way_by_pair", "page_spread_by_pair"})
        EXPECT_TRUE(message["metrics"][name].contains("why") || message["metrics"][name]["values"].size() == 2) << name;
    for (const char* member : {"operations", "elapsed_ns", "overlap"}) EXPECT_EQ(message["windows"][member].size(), 2U) << member;
    for (const auto& pair : message["windows"]["operations"]) {
        ASSERT_EQ(pair.size(), 2U);
        EXPECT_EQ(pair[0], pair[1]);                    // partners
        EXPECT_GE(pair[0].get<std::uint64_t>(), 300U);  // three pages, at least a batch each
    }
    for (const auto& overlap : message["windows"]["overlap"]) EXPECT_LE(overlap.get<double>(), 1.0);
    EXPECT_EQ(message["disturbance"]["chain_drift"].size(), 2U);
    EXPECT_EQ(message["disturbance"]["migrated_windows"], (nlohmann::json{0, 0}));
    EXPECT_EQ(message["readings"]["voluntary_switches"]["per_worker"].size(), 2U);
    EXPECT_TRUE(message["readings"]["voluntary_switches"]["value"].is_number());
    // Of six teams, in each the worker that took longest: not less than a pair's slower worker over its three pages.
    double slower_ns = 0;
    for (const auto& pair : message["windows"]["elapsed_ns"]) slower_ns += std::max(pair[0].get<double>(), pair[1].get<double>());
    EXPECT_GE(message["cost"]["windows_ns"].get<double>(), slower_ns);
    EXPECT_GT(message["cost"]["warm_up_ns"].get<double>(), 2 * 1e6);  // more than one team's, however late some worker began
    EXPECT_GT(message["cost"]["set_up_ns"].get<double>(), 0);
}

TEST_F(LaunchTest, APairThatCannotBeVerifiedOrVisitedFailsTheLaunch) {
    EXPECT_EQ(answer_of_pairs("sabotaged", cpus_.back().os_id)["status"], "verify_failed");
    EXPECT_FALSE(answer_of_pairs("sabotaged", cpus_.back().os_id).contains("metrics"));
    const auto message = answer_of_pairs("ping_pong", 100'000);
    EXPECT_EQ(message["status"], "failed");
    EXPECT_NE(message["why"].get<std::string>().find("CPU 100000"), std::string::npos) << message["why"];
}

TEST_F(LaunchTest, PairsAreOnlyForExperimentsOverPairs) {
    Request visit = request("good");
    visit.pairs = {{0, 1}};
    EXPECT_EQ(answer_to(visit, catalogue(), false)["why"], "experiment 'test/count' is not measured on pairs of CPUs");
}

TEST_F(LaunchTest, PartsAreToldApart) {
    const auto metrics = answer_of_a_team("sleeper")["metrics"];
    EXPECT_EQ(metrics["share"]["values"], nlohmann::json{1.0});  // of the one subject
    EXPECT_TRUE(metrics.contains("time_per_operation_of_sleeper"));
    EXPECT_NE(answer("confused")["why"].get<std::string>().find("gives worker 1 a part that it does not name"),
              std::string::npos);
}

TEST_F(LaunchTest, SeatsBeginWithThatOfTheFirstWorker) {
    Request seated = request("seated");
    EXPECT_EQ(answer_to(seated, catalogue(), false)["metrics"]["first_seat"]["why"], "it has no seat");
    seated.seats = {100'000, seated.cpus[0], 100'001};
    const auto metrics = answer_to(seated, catalogue(), false)["metrics"];
    EXPECT_EQ(metrics["first_seat"]["value"], seated.cpus[0]);
    EXPECT_EQ(metrics["seats"]["value"], 3);
}

TEST_F(LaunchTest, QuantitiesThatDoNotFitTheirNamesFailTheLaunch) {
    EXPECT_EQ(answer("forgetful")["why"], "the workload gives 1 quantities and names 2");
}

TEST_F(LaunchTest, CpuTimeIsThatOfTheWorkers) {
    const auto metrics = answer_of_a_team("sleeper")["metrics"];
    ASSERT_TRUE(metrics["cpu_time_per_operation_of_sleeper"].contains("value")) << metrics;
    const double burnt_ns = metrics["cpu_time_per_operation_of_sleeper"]["value"];
    EXPECT_GT(burnt_ns, 0);
    EXPECT_LT(burnt_ns, metrics["time_per_operation_of_sleeper"]["value"]);  // it sleeps a millisecond a batch
}

TEST_F(LaunchTest, FinalTalliesAreAskedInPointsThatAreTakenForCounts) {
    Request counting = request("sleeper");
    counting.purpose = Purpose::counts;
    const auto metrics = answer_to(counting, catalogue(), false)["metrics"];
    EXPECT_DOUBLE_EQ(metrics["halves"]["value"].get<double>(), 2);
    EXPECT_FALSE(answer("sleeper")["metrics"].contains("halves"));
}

// In a launch that measures alone: what is calibrated holds for both sides.
TEST_F(LaunchTest, ExtraOperationsAreDoneAndSaid) {
    Request slowed = request("sleeper");
    slowed.purpose = Purpose::counts;
    slowed.extra_share = 0.5;
    const auto message = answer_to(slowed, catalogue(), false);
    ASSERT_EQ(message["status"], "ok") << message["why"];
    EXPECT_EQ(message.value("extra_share", 0.0), 0.5);
    const double halves = message["metrics"]["halves"]["value"];
    EXPECT_GT(halves, 2);  // of an operation that is reported
    EXPECT_LT(halves, 3);  // since the warm-up does no more than it reports
    EXPECT_FALSE(answer("good").contains("extra_share"));

    slowed.kind = Kind::calibrate;
    EXPECT_EQ(point_of(slowed, catalogue(), false).plan.extra_share, 0);
    EXPECT_FALSE(answer_to(slowed, catalogue(), false).contains("extra_share"));
}

TEST_F(LaunchTest, PairsDoExtraOperationsToo) {
    Request slowed = request("ping_pong");
    slowed.experiment = "test/way";
    slowed.pairs = {{cpus_.front().os_id, cpus_.back().os_id}};
    slowed.windows = 1;
    slowed.extra_share = 0.1;
    const auto message = answer_to(slowed, catalogue(), false);
    ASSERT_EQ(message["status"], "ok") << message["why"];
    EXPECT_EQ(message.value("extra_share", 0.0), 0.1);
    EXPECT_EQ(message["windows"]["operations"][0][0].get<std::uint64_t>() % 100, 0U);  // what is reported is whole batches
}

TEST_F(LaunchTest, TheClockIsKnownByItsResolutionAndCost) {
    const auto message = answer("good", Kind::clock);
    for (const char* member : {"resolution_ns", "read_ns", "chain_step_ns"})
        EXPECT_GT(message[member].get<double>(), 0) << member;
}

}  // namespace
}  // namespace latchmark::launch
