// What a person reads about a machine's counters.
#include "harness/runner/counters_report.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace latchmark::runner {
namespace {

using counters::Capability;
using counters::RoleAnswer;
using counters::Status;

RoleAnswer counted(const std::string& role) {
    return {.role = role,
            .unit = "cycles",
            .status = Status::counted,
            .tier = counters::Tier::uarch,
            .source = "spr::" + role,
            .scope = counters::Scope::user};
}

RoleAnswer refused(const std::string& role, Status status, const std::string& why) {
    return {.role = role, .unit = "cycles", .status = status, .why = why};
}

std::string printed(const Capability& capability, const std::vector<control::RoleControl>& control = {}) {
    std::ostringstream out;
    print_counters(out, capability, control);
    return out.str();
}

TEST(CountersReport, TellsWhatCountsAndWhatDoesNotByReason) {
    Capability capability;
    capability.cpu = "Intel family 6 model 0x8f stepping 8";
    capability.table = "spr";
    capability.pmus = {"cpu"};
    capability.perf_event_paranoid = 4;
    capability.hypervisor = "KVM";
    capability.libpfm = "libpfm.so.4.13.0";
    capability.script = "a script";
    capability.roles = {refused("a", Status::no_encoding, "nothing answers it"), counted("cycles"),
                        refused("bb", Status::not_permitted, "run this"),
                        refused("c", Status::no_encoding, "nothing answers it")};
    EXPECT_EQ(printed(capability, {{.role = "cycles", .result = control::Result::passed}}),
              "  CPU: Intel family 6 model 0x8f stepping 8\n"
              "  event table: spr\n"
              "  PMUs of the CPU: cpu\n"
              "  kernel.perf_event_paranoid: 4\n"
              "  hypervisor: KVM\n"
              "  libpfm4: libpfm.so.4.13.0\n"
              "  stands in for the hardware: a script\n"
              "  these roles count (control: whether they reacted to what they should count):\n"
              "    role    unit    tier   scope  control  event\n"
              "    cycles  cycles  uarch  user   passed   spr::cycles\n"
              "  these roles do not:\n"
              "    no_encoding: nothing answers it\n"
              "      a, c\n"
              "  this role does not:\n"
              "    not_permitted: run this\n"
              "      bb\n");
}

TEST(CountersReport, SaysWhatIsNotThere) {
    const std::string text = printed({});
    for (const char* line : {"  event table: none\n", "  PMUs of the CPU: none\n", "a kernel without perf events\n",
                             "  hypervisor: none known\n", "  libpfm4: unknown\n", "  no role counts\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
    EXPECT_EQ(text.find("stands in"), std::string::npos);
}

TEST(CountersReport, TakesRolesThatDidNotReactFromThoseThatCount) {
    Capability capability;
    capability.roles = {counted("a"), counted("b"), counted("c"), counted("d")};
    const std::vector<control::RoleControl> control{{.role = "a", .result = control::Result::passed},
                                                    {.role = "b", .result = control::Result::failed, .why = "stayed at 0"},
                                                    {.role = "c", .result = control::Result::not_run, .why = "needs two CPUs"}};
    const Capability told = after(control, capability);
    EXPECT_EQ(told.roles.at(0).status, Status::counted);
    EXPECT_EQ(told.roles.at(1).status, Status::unresponsive);
    EXPECT_EQ(told.roles.at(1).why, "stayed at 0");
    EXPECT_EQ(told.roles.at(2).status, Status::counted);
    const std::string text = printed(told, control);
    EXPECT_NE(text.find("a     cycles  uarch  user   passed   spr::a\n"), std::string::npos) << text;
    EXPECT_NE(text.find("c     cycles  uarch  user   not_run  spr::c\n"), std::string::npos) << text;
    EXPECT_NE(text.find("d     cycles  uarch  user   exact    spr::d\n"), std::string::npos) << text;
    EXPECT_NE(text.find("    unresponsive: stayed at 0\n      b\n"), std::string::npos) << text;
}

TEST(CountersReport, StaysWithinAHundredColumns) {
    Capability capability;
    for (const auto& role : every_role())
        capability.roles.push_back(refused(role, Status::no_pmu, std::string(60, 'x') + " has to go"));
    std::istringstream lines(printed(capability));
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
    EXPECT_LE(longest, 100U);
    EXPECT_GT(longest, 80U);
}

TEST(EveryRole, IsAskedForOnce) {
    auto roles = every_role();
    EXPECT_EQ(roles.size(), counters::all_roles().size() + 1);
    EXPECT_NE(std::ranges::find(roles, "cycles:kernel"), roles.end());
    std::ranges::sort(roles);
    EXPECT_EQ(std::ranges::adjacent_find(roles), roles.end());
}

}  // namespace
}  // namespace latchmark::runner
