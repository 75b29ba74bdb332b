// The control as a whole: counters that react, counters that are dead, and everything that can be missing.
#include "harness/control/control.hpp"

#include <gtest/gtest.h>
#include <map>
#include <new>
#include <sched.h>
#include <string>

#include "harness/counters/resolved_role.hpp"
#include "harness/machine/topology.hpp"
#include "harness/tests/control/reacting_kernel.hpp"
#include "harness/tests/fresh_pages.hpp"

namespace latchmark::control {
namespace {

using tests::Announced;
using tests::ReactingKernel;

// Numbers of Sapphire Rapids' events, as its table has them.
constexpr std::uint64_t kCrossCoreLoads = 0x4d2, kLockedInstructions = 0x21d0, kLlcLoadMisses = 0x20d1;

class Controls : public ::testing::Test {
protected:
    void SetUp() override {
        for (const auto& cpu : machine::this_machine().cpus) cpus_.push_back(cpu.os_id);
        kernel_.cpu.maker = counters::Maker::intel;
        kernel_.cpu.family = 6;
        kernel_.cpu.model = 0x8f;
        kernel_.cpu.has_amx = kernel_.cpu.has_avx512_fp16 = true;
        kernel_.reactions = {{0, {StimulusName::chain, 4}},  // cycles
                             {1, {StimulusName::chain, 3}},  // instructions
                             {kCrossCoreLoads, {StimulusName::hand_over, 1}},
                             {kLockedInstructions, {StimulusName::locked_increments, 1}}};
    }

    // The kernel sees what is announced; faults and sleeps are real.
    [[nodiscard]] Stimuli stimuli() {
        return [this](StimulusName name) -> std::unique_ptr<Stimulus> {
            ++made_[name];
            if (name == StimulusName::fresh_pages || name == StimulusName::sleeps) return real_stimuli()(name);
            return std::make_unique<Announced>(name);
        };
    }

    std::map<std::string, RoleControl> answers(const std::vector<std::string>& roles) {
        std::map<std::string, RoleControl> by_role;
        for (const auto& answer : control(roles, cpus_, kernel_, stimuli())) by_role.emplace(answer.role, answer);
        return by_role;
    }

    ReactingKernel kernel_;
    std::vector<unsigned> cpus_;
    std::map<StimulusName, int> made_;
};

TEST_F(Controls, PassWhatReacts) {
    const auto found = answers({"task_clock", "cycles", "instructions", "locked_instructions"});
    EXPECT_EQ(found.size(), 3U);  // the task clock is the kernel's own
    const auto& locked = found.at("locked_instructions");
    EXPECT_EQ(locked, (RoleControl{.role = "locked_instructions",
                                   .stimulus = "locked_increments",
                                   .cpus = {cpus_.front()},
                                   .result = Result::passed,
                                   .counted = 1'000,
                                   .idle = 0,
                                   .times = 1'000}))
        << locked.why;
    EXPECT_EQ(found.at("cycles").result, Result::passed);
    EXPECT_EQ(found.at("instructions").counted, 3'000);
}

TEST_F(Controls, FailWhatIsDead) {
    kernel_.reactions.erase(kLockedInstructions);
    kernel_.reactions.erase(1);
    const auto found = answers({"cycles", "instructions", "locked_instructions"});
    EXPECT_EQ(found.at("cycles").result, Result::passed);
    EXPECT_EQ(found.at("instructions").result, Result::failed);
    EXPECT_EQ(found.at("locked_instructions").result, Result::failed);
    EXPECT_EQ(found.at("locked_instructions").why,
              "it counted 0 while locked_increments happened 1000 times: at least 900 are expected");
}

TEST_F(Controls, BlameNoRoleWhoseStimulusMayNotReachIt) {
    const auto dead = answers({"llc_load_misses"}).at("llc_load_misses");
    EXPECT_EQ(dead.result, Result::not_run);
    EXPECT_EQ(
        dead.why,
        "it counted 0 while random_walk happened 1000 times: at least 500 are expected; but a cache of the whole system may "
        "answer, and this core may call that no miss");
    EXPECT_EQ(made_.size(), 1U);
    kernel_.reactions[kLlcLoadMisses] = {StimulusName::random_walk, 1};
    EXPECT_EQ(answers({"llc_load_misses"}).at("llc_load_misses").result, Result::passed);
}

TEST_F(Controls, MakeTheStimulusWhereItsFirstWorkerIs) {
    int made_on = -1;
    cpus_.front() = cpus_.back();
    const Stimuli looking = [&](StimulusName name) {
        made_on = sched_getcpu();
        return std::make_unique<Announced>(name);
    };
    static_cast<void>(control({"cycles"}, cpus_, kernel_, looking));
    EXPECT_EQ(made_on, static_cast<int>(cpus_.back()));
}

TEST_F(Controls, HandLinesOverBetweenTwoCpus) {
    if (cpus_.size() < 2) GTEST_SKIP() << "needs two CPUs, this machine has one";
    const auto answer = answers({"cross_core_loads"}).at("cross_core_loads");
    EXPECT_EQ(answer.result, Result::passed) << answer.why;
    EXPECT_EQ(answer.times, 2 * Announced::kTimes);  // by both
    EXPECT_EQ(answer.counted, 2.0 * Announced::kTimes);
    EXPECT_EQ(answer.cpus, std::vector(cpus_.begin(), cpus_.begin() + 2));
}

TEST_F(Controls, NeedTwoCpusForTwoWorkers) {
    cpus_.resize(1);
    const auto answer = answers({"cross_core_loads"}).at("cross_core_loads");
    EXPECT_EQ(answer.result, Result::not_run);
    EXPECT_EQ(answer.why, "hand_over needs two CPUs, and here is one");
    EXPECT_FALSE(answer.counted || answer.idle || answer.times);
    EXPECT_TRUE(made_.empty());
}

TEST_F(Controls, DoNothingForWhatDoesNotOpen) {
    kernel_.pmus.clear();
    for (const auto& [role, answer] : answers({"cycles", "cross_core_loads", "llc_load_misses", "bus_locks"})) {
        EXPECT_EQ(answer.result, Result::not_run) << role;
        EXPECT_NE(answer.why.find("shows no performance counters"), std::string::npos) << answer.why;
        EXPECT_TRUE(answer.cpus.empty());
    }
    EXPECT_TRUE(made_.empty());
    EXPECT_EQ(kernel_.opened, 0);
}

TEST_F(Controls, SayWhyNothingProvokesARole) {
    const auto answer = answers({"machine_clears", "fill_buffer_hits"}).at("fill_buffer_hits");
    EXPECT_EQ(answer.result, Result::not_run);
    EXPECT_EQ(answer.stimulus, "none");
    EXPECT_EQ(answer.why, "no stimulus loads a line again while it is on its way");
}

TEST_F(Controls, CountTheKernelsOwnExactly) {
    const auto found = answers({"page_faults", "voluntary_switches"});
    for (const auto& [role, answer] : found) {
        if (role == "page_faults" && (kIsSanitized || answer.idle.value_or(0) != 0))
            GTEST_SKIP() << "this environment has page faults of its own";
        EXPECT_EQ(answer.result, Result::passed) << role << ": " << answer.why;
    }
    EXPECT_EQ(found.at("page_faults").counted, 64);
    EXPECT_GE(found.at("voluntary_switches").counted, 10);
}

TEST_F(Controls, SurviveAStimulusThatCannotBeMade) {
    const Stimuli broken = [](StimulusName) -> std::unique_ptr<Stimulus> { throw std::bad_alloc(); };
    const auto answers = control({"cycles", "page_faults"}, cpus_, kernel_, broken);
    ASSERT_EQ(answers.size(), 2U);
    for (const auto& answer : answers) {
        EXPECT_EQ(answer.result, Result::not_run);
        EXPECT_NE(answer.why.find("bad_alloc"), std::string::npos) << answer.why;
    }
}

// One worker cannot prepare: the other must not wait for it.
class HalfBroken final : public Stimulus {
public:
    void prepare(std::size_t worker, Stretch stretch) override {
        if (worker == 1 && stretch == Stretch::stimulus) throw std::bad_alloc();
    }
    std::uint64_t run(std::size_t /*worker*/, Stretch /*stretch*/) override { return 1; }
};

TEST_F(Controls, SurviveAWorkerThatGivesUp) {
    if (cpus_.size() < 2) GTEST_SKIP() << "needs two CPUs, this machine has one";
    const Stimuli broken = [](StimulusName) { return std::make_unique<HalfBroken>(); };
    const auto answer = control({"cross_core_loads"}, cpus_, kernel_, broken).at(0);
    EXPECT_EQ(answer.result, Result::not_run);
    EXPECT_NE(answer.why.find("bad_alloc"), std::string::npos) << answer.why;
}

TEST_F(Controls, SurviveACpuThatIsNotTheirs) {
    cpus_ = {65'000, 65'001};
    const auto answer = answers({"cycles"}).at("cycles");
    EXPECT_EQ(answer.result, Result::not_run);
    EXPECT_NE(answer.why.find("cannot pin to CPU 65000"), std::string::npos) << answer.why;
}

// Counts nothing the first time.
class Shy final : public Stimulus {
public:
    explicit Shy(int& tries) : tries_(tries) {}
    std::uint64_t run(std::size_t /*worker*/, Stretch stretch) override {
        if (stretch == Stretch::stimulus && ++tries_ > 1)
            tests::happened()[static_cast<std::size_t>(StimulusName::chain)] += 1'000;
        return stretch == Stretch::stimulus ? 1'000 : 0;
    }

private:
    int& tries_;
};

TEST_F(Controls, TryAgainBeforeTheyBlame) {
    int tries = 0;
    const Stimuli shy = [&](StimulusName) { return std::make_unique<Shy>(tries); };
    EXPECT_EQ(control({"cycles"}, cpus_, kernel_, shy).at(0).result, Result::passed);
    EXPECT_EQ(tries, 2);
}

TEST_F(Controls, RefuseWhatIsNoRole) {
    for (const char* role : {"no_such", "no_such:kernel", "cycles:nowhere"})
        EXPECT_THROW(answers({"l1d_misses", role}), std::invalid_argument) << role;
}

}  // namespace
}  // namespace latchmark::control
