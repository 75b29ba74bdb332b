// What each family of experiments counts on each microarchitecture.
#include "latchmark/counters/role_set.hpp"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/event_table.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {
namespace {

constexpr std::uint32_t kSoftwareType = 1;  // PERF_TYPE_SOFTWARE
// Beside the anchors, as in resolved_role.cpp.
constexpr std::size_t kCounted = 3;

using Groups = std::vector<std::set<std::string>>;

std::string role_of(const std::string& asked) { return asked.substr(0, asked.find(':')); }

// Kernels map reference cycles on Intel only; where AMD has the event, the table knows it.
bool has_event(const EventTable& table, const std::string& role) {
    if (table.row_for(role) != nullptr) return true;
    const EventRow* generic = generic_events().row_for(role);
    return generic != nullptr && generic->encoding.type != kSoftwareType && role != "ref_cycles";
}

// The first three of a group that the table, or the kernel by itself, has an event for; and both anchors in kernel scope,
// which take no place.
Groups counted(const std::vector<RoleGroup>& family, const EventTable& table) {
    Groups groups;
    for (const RoleGroup& group : family) {
        std::set<std::string> taken;
        std::size_t programmable = 0;
        for (const std::string& asked : group) {
            const std::string role = role_of(asked);
            if (!has_event(table, role)) continue;
            const bool is_anchor = role == "cycles" || role == "instructions";
            if (is_anchor || ++programmable <= kCounted) taken.insert(asked);
        }
        groups.push_back(taken);
    }
    return groups;
}

struct Families {
    std::vector<std::string> tables;
    Groups coherence, contention, waiting, pools, ipc;
};

const std::set<std::string> kBothScopes{"cycles:kernel", "instructions:kernel"};

Groups each_scope_in_turn(const std::set<std::string>& roles) {
    std::set<std::string> kernel;
    for (const std::string& role : roles) kernel.insert(role + ":kernel");
    return {kBothScopes, roles, kernel};
}

std::vector<Families> expected() {
    const std::set<std::string> intel{"cross_core_loads", "cross_core_rfos", "memory_ordering_clears"};
    const std::set<std::string> zen2{"demand_fills_local_caches", "demand_fills_other_node", "ownership_upgrades"};
    const std::set<std::string> zen3{"demand_fills_same_ccx", "demand_fills_other_ccx", "ownership_upgrades"};
    const std::set<std::string> zen5{"demand_fills_same_ccx", "demand_fills_other_ccx", "demand_fills_other_node"};
    const std::set<std::string> arm{"l1d_invalidations", "l1d_coherency_writebacks", "l1d_misses"};
    const std::set<std::string> n3{"l1d_invalidations", "l1d_refills_out_of_cluster", "l1d_misses"};
    const std::set<std::string> zen_stores{"store_line_requests", "l1d_misses", "stalls_store_bound"};
    const std::set<std::string> arm_outside{"l1d_refills_out_of_cluster", "stalls_backend", "bus_accesses"};
    const std::set<std::string> arm_old_outside{"bus_accesses", "memory_accesses", "l1d_misses"};
    const std::set<std::string> exclusives{"exclusive_stores_failed", "exclusive_stores_passed", "acquire_loads"};
    const std::set<std::string> arm_kernel{"syscalls", "exceptions_taken", "branch_misses"};
    const std::set<std::string> memory{"dtlb_walks", "l2_misses", "l1d_misses"};
    const std::set<std::string> arm_handed_over{"l1d_invalidations", "llc_load_misses", "l1d_misses"};
    return {
        {.tables = {"skl", "skx", "clx", "icl", "icx", "spr", "emr", "gnr"},
         .coherence = {intel, {"stalls_store_bound", "l1d_misses", "offcore_rfos"}},
         .contention = {intel, {"locked_instructions", "pause_instructions", "branch_misses"}},
         .waiting = {kBothScopes, {"ref_cycles", "pause_instructions", "memory_ordering_clears"}},
         .pools = {{"dtlb_walks_load", "dtlb_walks_store", "l2_misses"}, {"l1d_misses", "llc_load_misses", "cross_core_loads"}},
         .ipc = each_scope_in_turn({"dtlb_walks_load", "l1d_misses", "llc_load_misses"})},
        // No count of L1D misses.
        {.tables = {"zen2"},
         .coherence = {zen2, {"store_line_requests", "l2_misses", "stalls_store_bound"}},
         .contention = {zen2, {"locked_instructions", "branch_misses", "stalls_load_queue"}},
         .waiting = {kBothScopes, {"branch_misses"}},
         .pools = {{"dtlb_walks", "l2_misses"}, {"demand_fills_local_caches", "store_line_requests"}},
         .ipc = each_scope_in_turn({"dtlb_walks", "l2_misses"})},
        // No count of reference cycles on Zen 3, and of locks only those of the bus.
        {.tables = {"zen3"},
         .coherence = {zen3, zen_stores},
         .contention = {zen3, {"bus_locks", "branch_misses", "stalls_load_queue"}},
         .waiting = {kBothScopes, {"branch_misses"}},
         .pools = {memory, {"demand_fills_other_ccx", "store_line_requests", "l1d_misses"}},
         .ipc = each_scope_in_turn(memory)},
        {.tables = {"zen4"},
         .coherence = {zen3, zen_stores},
         .contention = {zen3, {"bus_locks", "branch_misses", "stalls_load_queue"}},
         .waiting = {kBothScopes, {"ref_cycles", "branch_misses"}},
         .pools = {memory, {"demand_fills_other_ccx", "store_line_requests", "l1d_misses"}},
         .ipc = each_scope_in_turn(memory)},
        // No count of upgrades.
        {.tables = {"zen5"},
         .coherence = {zen5, zen_stores},
         .contention = {zen5, {"locked_instructions", "branch_misses", "stalls_load_queue"}},
         .waiting = {kBothScopes, {"ref_cycles", "branch_misses"}},
         .pools = {memory, {"demand_fills_other_ccx", "store_line_requests", "l1d_misses"}},
         .ipc = each_scope_in_turn(memory)},
        // The order that gives Intel its last-level misses gives them to Arm as well, before the L2's.
        {.tables = {"a76", "n1", "n2", "v1", "v2", "v3"},
         .coherence = {arm, arm_outside},
         .contention = {arm, exclusives},
         .waiting = {kBothScopes, arm_kernel},
         .pools = {memory, arm_handed_over},
         .ipc = each_scope_in_turn({"dtlb_walks", "l1d_misses", "llc_load_misses"})},
        // No write-backs by cause, no exclusives that passed.
        {.tables = {"n3"},
         .coherence = {n3, arm_outside},
         .contention = {n3, {"exclusive_stores_failed", "acquire_loads", "branch_misses"}},
         .waiting = {kBothScopes, arm_kernel},
         .pools = {memory, arm_handed_over},
         .ipc = each_scope_in_turn({"dtlb_walks", "l1d_misses", "llc_load_misses"})},
        // No walks, no last level, no stalls.
        {.tables = {"a57", "a72"},
         .coherence = {arm, arm_old_outside},
         .contention = {arm, exclusives},
         .waiting = {kBothScopes, arm_kernel},
         .pools = {{"dtlb_refills", "l2_misses", "l1d_misses"}, {"l1d_invalidations", "l1d_misses"}},
         .ipc = each_scope_in_turn({"dtlb_refills", "l1d_misses", "l2_misses"})},
    };
}

TEST(RoleSets, AreThoseOfEachMicroarchitecture) {
    std::size_t tables = 0;
    for (const Families& families : expected()) {
        for (const std::string& id : families.tables) {
            SCOPED_TRACE(id);
            const EventTable* table = find_event_table(id);
            ASSERT_NE(table, nullptr);
            ++tables;
            EXPECT_EQ(counted(roles::coherence(), *table), families.coherence);
            EXPECT_EQ(counted(roles::contention(), *table), families.contention);
            EXPECT_EQ(counted(roles::waiting(), *table), families.waiting);
            EXPECT_EQ(counted(roles::pools(), *table), families.pools);
            EXPECT_EQ(counted(roles::ipc(), *table), families.ipc);
        }
    }
    EXPECT_EQ(tables + 1, all_event_tables().size()) << "and perf_generic, for which nothing is promised";
}

// The core has two offcore-response registers, and hyper-threads share them: a third value in a group would never count.
TEST(RoleSets, AskNoCoreForMoreThanTwoOffcoreValues) {
    for (const EventTable& table : all_event_tables()) {
        for (const auto& family : {roles::coherence(), roles::contention(), roles::waiting(), roles::pools(), roles::ipc()}) {
            for (const RoleGroup& group : family) {
                std::set<std::uint64_t> values;
                for (const std::string& asked : group)
                    if (const EventRow* row = table.row_for(role_of(asked)); row != nullptr && row->encoding.config1 != 0)
                        values.insert(row->encoding.config1);
                EXPECT_LE(values.size(), 2U) << table.id << ": " << group.front();
            }
        }
    }
}

TEST(RoleSets, NameOnlyRolesThatExistAndFitIntoALaunch) {
    for (const auto& family :
         {roles::none(), roles::coherence(), roles::contention(), roles::waiting(), roles::pools(), roles::ipc()}) {
        ASSERT_FALSE(family.empty());
        for (const RoleGroup& group : family) {
            const auto asked = roles_of_launch(group);
            EXPECT_LE(asked.size(), kMaxRoles);
            std::set<std::string> names;
            for (const std::string& text : asked) {
                EXPECT_TRUE(names.insert(text).second) << text;
                EXPECT_NE(find_role(std::string_view(text).substr(0, text.find(':'))), nullptr) << text;
            }
        }
    }
}

}  // namespace
}  // namespace latchmark::counters
