// Translates hwloc's tree into the flat list of CPUs; the only file that knows hwloc.
#include "harness/machine/topology.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <hwloc.h>
#include <map>
#include <memory>
#include <sched.h>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace latchmark::machine {
namespace {

struct Destroy {
    void operator()(hwloc_topology_t tree) const { hwloc_topology_destroy(tree); }
    void operator()(hwloc_bitmap_t set) const { hwloc_bitmap_free(set); }
};
using Tree = std::unique_ptr<hwloc_topology, Destroy>;
using CpuSet = std::unique_ptr<hwloc_bitmap_s, Destroy>;

// An unloaded tree without what no placement asks for. Devices are the slow part of hwloc's discovery.
Tree new_tree() {
    hwloc_topology_t tree = nullptr;
    if (hwloc_topology_init(&tree) != 0) return nullptr;
    hwloc_topology_set_io_types_filter(tree, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_type_filter(tree, HWLOC_OBJ_MISC, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_icache_types_filter(tree, HWLOC_TYPE_FILTER_KEEP_NONE);
    return Tree(tree);
}

// Numbers whatever it is given from 0 in the order of first appearance.
class DenseIndex {
public:
    unsigned operator[](const void* object) {
        return numbers_.try_emplace(object, static_cast<unsigned>(numbers_.size())).first->second;
    }

private:
    std::map<const void*, unsigned> numbers_;
};

// A cache of level 1 is no evidence of a last level: some hypervisors describe only that, and every core would seem to have a
// last-level cache of its own.
hwloc_obj_t last_level_cache(hwloc_obj_t pu) {
    hwloc_obj_t cache = nullptr;
    for (hwloc_obj_t object = pu->parent; object != nullptr; object = object->parent)
        if (hwloc_obj_type_is_dcache(object->type) != 0 && object->attr->cache.depth > 1) cache = object;
    return cache;
}

hwloc_obj_t or_else(hwloc_obj_t object, hwloc_obj_t substitute) { return object != nullptr ? object : substitute; }

// The more capable, the smaller. hwloc lists ranked kinds from the least to the most capable; unranked ones stay apart in its
// order.
unsigned rank_of_kind(hwloc_topology_t tree, hwloc_obj_t pu) {
    const int kinds = hwloc_cpukinds_get_nr(tree, 0);
    const int kind = hwloc_cpukinds_get_by_cpuset(tree, pu->cpuset, 0);
    int efficiency = -1;
    if (kind < 0 || hwloc_cpukinds_get_info(tree, static_cast<unsigned>(kind), nullptr, &efficiency, nullptr, nullptr, 0) != 0)
        return 0;
    return static_cast<unsigned>(efficiency < 0 ? kind : kinds - 1 - efficiency);
}

void make_kinds_dense(std::vector<Cpu>& cpus) {
    std::set<unsigned> ranks;
    for (const Cpu& cpu : cpus) ranks.insert(cpu.kind);
    for (Cpu& cpu : cpus) cpu.kind = static_cast<unsigned>(std::distance(ranks.begin(), ranks.find(cpu.kind)));
}

Topology flattened(hwloc_topology_t tree, hwloc_const_bitmap_t allowed, std::string source) {
    Topology topology{.source = std::move(source)};
    DenseIndex cores;
    DenseIndex caches;
    DenseIndex packages;
    hwloc_uint64_t largest_bytes = 0;
    for (hwloc_obj_t pu = nullptr; (pu = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_PU, pu)) != nullptr;) {
        if (hwloc_bitmap_isset(allowed, pu->os_index) == 0) continue;
        hwloc_obj* const cache = last_level_cache(pu);
        hwloc_obj* const package = or_else(hwloc_get_ancestor_obj_by_type(tree, HWLOC_OBJ_PACKAGE, pu), hwloc_get_root_obj(tree));
        topology.llc_is_known &= cache != nullptr;
        if (cache != nullptr) largest_bytes = std::max(largest_bytes, cache->attr->cache.size);
        topology.cpus.push_back({.os_id = pu->os_index,
                                 .core = cores[or_else(hwloc_get_ancestor_obj_by_type(tree, HWLOC_OBJ_CORE, pu), pu)],
                                 .llc = caches[or_else(cache, package)],
                                 .package = packages[package],
                                 .node = static_cast<unsigned>(std::max(0, hwloc_bitmap_first(pu->nodeset))),
                                 .kind = rank_of_kind(tree, pu)});
    }
    make_kinds_dense(topology.cpus);
    if (!topology.llc_is_known)
        for (Cpu& cpu : topology.cpus) cpu.llc = cpu.package;
    if (topology.llc_is_known && largest_bytes > 0) topology.llc_kib = static_cast<unsigned>(largest_bytes / 1024);
    return topology;
}

// When hwloc fails: nothing is known but how many CPUs there are.
Topology undescribed_machine(std::string source) {
    Topology topology{.source = std::move(source), .llc_is_known = false};
    const long online = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
    for (unsigned os_id = 0; os_id < static_cast<unsigned>(online); ++os_id)
        topology.cpus.push_back({.os_id = os_id, .core = os_id, .llc = 0, .package = 0, .node = 0, .kind = 0});
    return topology;
}

void load_synthetic(hwloc_topology_t tree, const std::string& description) {
    if (hwloc_topology_set_synthetic(tree, description.c_str()) != 0 || hwloc_topology_load(tree) != 0)
        throw std::invalid_argument("machine '" + description +
                                    "': not in hwloc's synthetic language; an example is 'synthetic:package:2 l3:2 core:8 pu:2'");
}

void load_xml(hwloc_topology_t tree, const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0)
        throw std::invalid_argument("machine '" + path + "': cannot read it: " + std::strerror(errno));
    if (hwloc_topology_set_xml(tree, path.c_str()) != 0 || hwloc_topology_load(tree) != 0)
        throw std::invalid_argument("machine '" + path +
                                    "': not a topology file; make one with 'lstopo FILE.xml' on that machine");
}

}  // namespace

Topology this_machine() {
    const std::string source = kThisMachine;
    const Tree tree = new_tree();
    if (tree == nullptr || hwloc_topology_load(tree.get()) != 0) return undescribed_machine(source);
    const CpuSet allowed(hwloc_bitmap_alloc_full());
    // hwloc itself drops what the cgroup forbids, but not what taskset does. Where the kernel refuses the answer, all stay
    // allowed.
    if (hwloc_get_cpubind(tree.get(), allowed.get(), HWLOC_CPUBIND_THREAD) != 0) hwloc_bitmap_fill(allowed.get());
    Topology topology = flattened(tree.get(), allowed.get(), source);
    return topology.cpus.empty() ? undescribed_machine(source) : topology;
}

Topology described(const std::string& description, const std::vector<unsigned>& allowed_os_ids) {
    constexpr std::string_view kSynthetic = "synthetic:";
    constexpr std::string_view kXml = "xml:";
    const Tree tree = new_tree();
    if (tree == nullptr) throw std::invalid_argument("machine '" + description + "': hwloc does not start");
    std::string source;
    if (description.starts_with(kSynthetic)) {
        const std::string levels = description.substr(kSynthetic.size());
        load_synthetic(tree.get(), levels);
        source = "synthetic: " + levels;
    } else if (description.starts_with(kXml) || description.ends_with(".xml")) {
        const std::string path = description.starts_with(kXml) ? description.substr(kXml.size()) : description;
        load_xml(tree.get(), path);
        source = "xml: " + path;
    } else {
        throw std::invalid_argument("machine '" + description + "': expected 'synthetic:...' or an hwloc file 'FILE.xml'");
    }

    const CpuSet allowed(hwloc_bitmap_alloc());
    if (allowed_os_ids.empty()) hwloc_bitmap_fill(allowed.get());
    for (const unsigned os_id : allowed_os_ids) hwloc_bitmap_set(allowed.get(), os_id);
    Topology topology = flattened(tree.get(), allowed.get(), source);
    if (topology.cpus.empty())
        throw std::invalid_argument("machine '" + description + "': none of the allowed CPUs exists there");
    return topology;
}

}  // namespace latchmark::machine
