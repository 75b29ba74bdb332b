// A crew is watched truly, passes on what goes wrong in it, and is gone with its owner.
#include "benchmarks/primitives/crew/crew.hpp"

#include <gtest/gtest.h>

namespace benchmarks {
namespace {

// What members do until they may go: sleep, or stay awake.
struct Leave {
    std::atomic<bool> is_given{false};
    void sleep() { is_given.wait(false); }
    void stay_awake() const {
        while (!is_given.load()) {
        }
    }
    void give() {
        is_given.store(true);
        is_given.notify_all();
    }
};

TEST(CrewTest, TellsWhoSleepsFromWhoDoesNot) {
    Leave leave;
    const Crew crew(
        {}, 2, [&](std::size_t index) { index == 0 ? leave.sleep() : leave.stay_awake(); }, [&] { leave.give(); });
    crew.await("member 0 to sleep", [&] { return crew.is_asleep(0); });
    EXPECT_FALSE(crew.is_asleep(1));
}

TEST(CrewTest, PassesOnWhatAMemberThrew) {
    Leave leave;
    const auto body = [&](std::size_t) {
        leave.sleep();
        throw std::runtime_error("no paper");
    };
    const Crew crew({}, 2, body, [&] { leave.give(); });
    leave.give();
    try {
        crew.await("what never comes", [] { return false; });
        FAIL();
    } catch (const std::runtime_error& problem) {
        EXPECT_STREQ(problem.what(), "helper thread: no paper");
    }
}

TEST(CrewTest, LosesItsPatience) {
    Crew crew(
        {}, 1, [](std::size_t) {}, [] {});
    crew.set_patience(std::chrono::milliseconds(1));
    EXPECT_THROW(crew.await("what never comes", [] { return false; }), std::runtime_error);
}

TEST(CrewTest, SitsWhereWorkerZeroDoesNotIfThereIsSuchAPlace) {
    EXPECT_EQ(seats_of_helpers({.seats = {}}), (std::vector<unsigned>{}));
    EXPECT_EQ(seats_of_helpers({.seats = {7}}), (std::vector<unsigned>{7}));
    EXPECT_EQ(seats_of_helpers({.seats = {7, 1, 3}}), (std::vector<unsigned>{1, 3}));
}

// No machine has this CPU: the thread that was made for it must not be left behind.
TEST(CrewTest, SaysWhyItCannotBeMade) {
    Leave leave;
    EXPECT_THROW(Crew(
                     {.seats = {0, 1'000'000}}, 3, [&](std::size_t) { leave.sleep(); }, [&] { leave.give(); }),
                 std::system_error);
    EXPECT_TRUE(leave.is_given.load());
}

TEST(CrewTest, FitsOnThisMachine) { EXPECT_EQ(lacks_crew_of(4), std::nullopt); }

}  // namespace
}  // namespace benchmarks
