// The groups of each family of experiments.
#include "latchmark/counters/role_set.hpp"

namespace latchmark::roles {
namespace {

// Intel counts loads and requests for ownership that another core answered; AMD fills by their origin (Zen 2: one number for
// all caches of the node) and upgrades (not Zen 5); Arm what the victim loses, so every worker's own number matters.
RoleGroup line_transfers() {
    return {"cross_core_loads",
            "cross_core_rfos",
            "memory_ordering_clears",
            "demand_fills_same_ccx",
            "demand_fills_other_ccx",
            "ownership_upgrades",
            "demand_fills_local_caches",
            "demand_fills_other_node",
            "l1d_invalidations",
            "l1d_coherency_writebacks",
            "l1d_misses",
            "l1d_refills_out_of_cluster"};
}

RoleGroup both_anchors_in_kernel() { return {"cycles:kernel", "instructions:kernel"}; }

}  // namespace

std::vector<RoleGroup> none() { return {{}}; }

std::vector<RoleGroup> coherence() {
    return {line_transfers(),
            // What only Arm has comes first: it has misses and store stalls as well, and would count those.
            {"l1d_refills_out_of_cluster", "stalls_backend", "bus_accesses", "memory_accesses", "stalls_store_bound",
             "l1d_misses", "offcore_rfos", "store_line_requests", "l2_misses"}};
}

std::vector<RoleGroup> contention() {
    return {line_transfers(),
            {"locked_instructions", "pause_instructions", "exclusive_stores_failed", "exclusive_stores_passed", "acquire_loads",
             "branch_misses", "stalls_load_queue", "bus_locks"}};
}

std::vector<RoleGroup> waiting() {
    return {both_anchors_in_kernel(),
            {"ref_cycles", "pause_instructions", "memory_ordering_clears", "syscalls", "exceptions_taken", "branch_misses"}};
}

std::vector<RoleGroup> pools() {
    return {{"dtlb_walks_load", "dtlb_walks_store", "dtlb_walks", "l2_misses", "l1d_misses", "dtlb_refills"},
            {"demand_fills_other_ccx", "demand_fills_local_caches", "l1d_invalidations", "cross_core_loads", "llc_load_misses",
             "l1d_misses", "store_line_requests"}};
}

std::vector<RoleGroup> ipc() {
    return {both_anchors_in_kernel(),
            {"dtlb_walks_load", "dtlb_walks", "l1d_misses", "llc_load_misses", "l2_misses", "dtlb_refills"},
            {"dtlb_walks_load:kernel", "dtlb_walks:kernel", "l1d_misses:kernel", "llc_load_misses:kernel", "l2_misses:kernel",
             "dtlb_refills:kernel"}};
}

}  // namespace latchmark::roles
