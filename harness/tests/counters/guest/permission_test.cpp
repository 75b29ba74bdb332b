// Who may count what at each level of perf_event_paranoid: an ordinary user on a kernel of Debian.
#include <fstream>
#include <gtest/gtest.h>
#include <ostream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/tests/small_team.hpp"

namespace latchmark::counters {
namespace {

constexpr uid_t kOrdinaryUser = 1000;
constexpr const char* kLevelPath = "/proc/sys/kernel/perf_event_paranoid";

// What it takes back when the test is over.
class Level {
public:
    explicit Level(int level) { std::ofstream(kLevelPath) << level; }
    ~Level() { std::ofstream(kLevelPath) << 2; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
};

// The function's failures are those of the child.
template <typename Function>
bool holds_for_ordinary_user(Function function) {
    const pid_t child = fork_to([&] {
        if (::setresuid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) != 0) return 2;
        function();
        return ::testing::Test::HasFailure() ? 1 : 0;
    });
    return exit_status_of(child) == 0;
}

struct Row {
    int level;
    bool is_user_permitted, is_kernel_permitted;
};

void PrintTo(const Row& row, std::ostream* out) { *out << "perf_event_paranoid=" << row.level; }

class GuestPermission : public ::testing::TestWithParam<Row> {};

TEST_P(GuestPermission, DecidesWhatAnOrdinaryUserCounts) {
    const Row row = GetParam();
    const Level level(row.level);
    EXPECT_TRUE(holds_for_ordinary_user([&] {
        const Status in_user = row.is_user_permitted ? Status::counted : Status::not_permitted;
        const Status in_kernel = row.is_kernel_permitted ? Status::counted : Status::not_permitted;
        const auto answers =
            capability({"cycles", "instructions", "cycles:kernel", "context_switches", "cpu_migrations", "task_clock"});
        EXPECT_EQ(answers.perf_event_paranoid, row.level);
        ASSERT_EQ(answers.roles.size(), 6U);
        for (const std::size_t role : {0U, 1U}) EXPECT_EQ(answers.roles[role].status, in_user) << answers.roles[role].role;
        for (const std::size_t role : {2U, 3U, 4U}) EXPECT_EQ(answers.roles[role].status, in_kernel) << answers.roles[role].role;
        for (const RoleAnswer& answer : answers.roles) {
            ASSERT_EQ(answer.why.has_value(), answer.status != Status::counted) << answer.role;
            if (answer.why) {
                EXPECT_NE(answer.why->find("perf_event_paranoid="), std::string::npos) << *answer.why;
            }
        }
        // Switches in user scope would open at levels 2 and below, and always be 0: they are not asked for.
        EXPECT_THROW(static_cast<void>(resolve({"context_switches:user"})), std::invalid_argument);
        const auto faults = resolve({"page_faults", "voluntary_switches"});
        EXPECT_EQ(faults[0].status, Status::counted);
        EXPECT_EQ(faults[0].tier, row.is_user_permitted ? Tier::software : Tier::rusage);
        EXPECT_EQ(faults[1].tier, Tier::rusage);
    }));
}

INSTANTIATE_TEST_SUITE_P(Levels, GuestPermission,
                         ::testing::Values(Row{3, false, false}, Row{2, true, false}, Row{1, true, true}, Row{0, true, true}),
                         [](const auto& row) { return std::to_string(row.param.level); });

// Root is above the levels.
TEST(GuestRoot, MayCountEverythingAtAnyLevel) {
    const Level level(3);
    for (const RoleAnswer& answer : capability({"cycles", "cycles:kernel", "context_switches"}).roles)
        EXPECT_EQ(answer.status, Status::counted) << answer.role;
}

}  // namespace
}  // namespace latchmark::counters
