// Machines that nobody here has, where their teams sit, and what a placement says of its workers.
#pragma once
#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "harness/machine/placement.hpp"

namespace latchmark::machine {

using Ids = std::vector<unsigned>;

struct DescribedMachine {
    std::string name;
    std::string description;
    Ids allowed{};
};

inline const std::vector<DescribedMachine>& machines() {
    static const std::vector<DescribedMachine> list{
        {"one_cpu", "synthetic:package:1 l3:1 core:1 pu:1"},
        {"two_cores", "synthetic:package:1 l3:1 core:2 pu:1"},
        {"four_cores_smt", "synthetic:package:1 l3:1 core:4 pu:2"},
        {"two_sockets", "synthetic:package:2 l3:2 core:8 pu:2"},
        {"arm_128", "synthetic:package:1 l3:1 l2:128 core:1 pu:1"},
        {"arm_private_caches", "synthetic:package:1 l2:16 core:1 pu:1"},
        {"hybrid", std::string(LATCHMARK_MACHINE_TEST_DATA) + "/hybrid_8p_16e.xml"},
        {"hybrid_with_one_big_core", std::string(LATCHMARK_MACHINE_TEST_DATA) + "/hybrid_8p_16e.xml", {0, 1, 16, 18, 20}},
        {"holes", "synthetic:package:2 l3:2 core:8 pu:2", {1, 3, 4, 5, 17, 40, 41, 60}},
        {"ids_across_sockets", "synthetic:package:2 l3:2 core:2 pu:2(indexes=0,8,4,12,2,10,6,14,1,9,5,13,3,11,7,15)"},
        {"no_caches", "synthetic:package:2 core:4 pu:2"},
        {"caches_only_in_first_socket", "synthetic:package:2 l3:2 core:8 pu:2", {0, 2, 16, 18, 32}},
        {"threes", "synthetic:package:2 l3:2 core:3 pu:1"},
        {"cpus_576", "synthetic:package:8 l3:1 core:36 pu:2"},
    };
    return list;
}

inline Topology topology_of(const std::string& name) {
    const auto found = std::ranges::find(machines(), name, &DescribedMachine::name);
    return described(found->description, found->allowed);
}

inline Ids placed(const Topology& topology, Placement placement, std::size_t workers) {
    const auto result = place(topology, placement, workers);
    const auto* ids = std::get_if<Ids>(&result);
    if (ids == nullptr) ADD_FAILURE() << name_of(placement) << " x " << workers << ": " << std::get<Unavailable>(result).why;
    return ids != nullptr ? *ids : Ids{};
}

inline std::string refusal(const Topology& topology, Placement placement, std::size_t workers) {
    const auto result = place(topology, placement, workers);
    const auto* reason = std::get_if<Unavailable>(&result);
    return reason != nullptr ? reason->why : "placed";
}

inline const Cpu& cpu_of(const Topology& topology, unsigned os_id) {
    return *std::ranges::find(topology.cpus, os_id, &Cpu::os_id);
}

// How many different cores, caches ... the workers sit on.
inline std::size_t different(const Topology& topology, const Ids& ids, unsigned Cpu::*what) {
    std::set<unsigned> values;
    for (const unsigned os_id : ids) values.insert(cpu_of(topology, os_id).*what);
    return values.size();
}

// What the class says of neighbouring workers.
inline bool keeps_its_promise(const Topology& topology, Placement placement, const Ids& ids) {
    using enum Placement;
    const std::size_t cores = different(topology, ids, &Cpu::core);
    const std::size_t caches = different(topology, ids, &Cpu::llc);
    const std::size_t packages = different(topology, ids, &Cpu::package);
    const auto neighbours_differ = [&](unsigned Cpu::*what) {
        return std::ranges::adjacent_find(ids, [&](unsigned a, unsigned b) {
                   return cpu_of(topology, a).*what == cpu_of(topology, b).*what;
               }) == ids.end();
    };
    switch (placement) {
        case same_cpu:
            return std::set(ids.begin(), ids.end()).size() == 1;
        case same_core:
            return cores == 1;
        case same_llc:
            return caches == 1 && cores == ids.size();
        case other_llc:
            return packages == 1 && cores == ids.size() && neighbours_differ(&Cpu::llc);
        case other_socket:
            return cores == ids.size() && neighbours_differ(&Cpu::package);
        case spread:
        case compact:
            return cores == ids.size();
        case oversubscribed:
            return ids.size() > std::set(ids.begin(), ids.end()).size();
        case map_row:
            return false;  // never a team
    }
    return false;
}

}  // namespace latchmark::machine
