// Seats in the order in which a growing team takes them, for each placement.
#include "harness/machine/placement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string_view>
#include <tuple>

namespace latchmark::machine {
namespace {

using Cpus = std::vector<Cpu>;

// The first CPU of each core, in topology order.
Cpus one_per_core(const Cpus& cpus) {
    Cpus firsts;
    std::set<unsigned> seen;
    std::ranges::copy_if(cpus, std::back_inserter(firsts), [&](const Cpu& cpu) { return seen.insert(cpu.core).second; });
    return firsts;
}

// CPUs that agree in `what`, groups and members in topology order.
std::vector<Cpus> grouped(const Cpus& cpus, unsigned Cpu::*what) {
    std::vector<Cpus> groups;
    std::map<unsigned, std::size_t> position;
    for (const Cpu& cpu : cpus) {
        const auto [found, is_new] = position.try_emplace(cpu.*what, groups.size());
        if (is_new) groups.emplace_back();
        groups[found->second].push_back(cpu);
    }
    return groups;
}

// The largest group, the first among equals: teams of all sizes then sit in the same one.
Cpus largest(const std::vector<Cpus>& groups) {
    return groups.empty() ? Cpus{} : *std::ranges::max_element(groups, {}, &Cpus::size);
}

// In turn from each group, until the first group whose turn finds it empty: beyond that, neighbours would share a group.
Cpus in_turn(const std::vector<Cpus>& groups) {
    Cpus seats;
    if (groups.size() < 2) return seats;
    for (std::size_t turn = 0;; ++turn)
        for (const Cpus& group : groups) {
            if (turn == group.size()) return seats;
            seats.push_back(group[turn]);
        }
}

// All CPUs of the kind of core that teams run on.
Cpus of_the_kind_used(const Topology& topology) {
    const std::vector<Cpus> kinds = grouped(topology.cpus, &Cpu::kind);
    const auto holds_a_team = [](const Cpus& cpus) { return one_per_core(cpus).size() > 1; };
    const Cpus* chosen = nullptr;
    for (const Cpus& kind : kinds) {
        const bool is_more_capable = chosen == nullptr || kind.front().kind < chosen->front().kind;
        const bool chosen_holds_a_team = chosen != nullptr && holds_a_team(*chosen);
        if (holds_a_team(kind) == chosen_holds_a_team ? is_more_capable : !chosen_holds_a_team) chosen = &kind;
    }
    return chosen != nullptr ? *chosen : Cpus{};
}

// First every cache's first core, then every cache's second; sockets change before the caches within one.
Cpus over_caches(const Cpus& cores) {
    struct Seat {
        std::size_t core_in_cache, cache_in_package, package;
        Cpu cpu;
        [[nodiscard]] auto order() const { return std::tuple(core_in_cache, cache_in_package, package); }
    };
    std::vector<Seat> seats;
    std::size_t package_index = 0;
    for (const Cpus& package : grouped(cores, &Cpu::package)) {
        std::size_t cache_index = 0;
        for (const Cpus& cache : grouped(package, &Cpu::llc)) {
            for (std::size_t core = 0; core < cache.size(); ++core)
                seats.push_back({core, cache_index, package_index, cache[core]});
            ++cache_index;
        }
        ++package_index;
    }
    std::ranges::stable_sort(seats, {}, &Seat::order);
    Cpus cpus;
    std::ranges::transform(seats, std::back_inserter(cpus), &Seat::cpu);
    return cpus;
}

// The caches one after the other. Not simply topology order: a machine may list its cores across caches.
Cpus cache_by_cache(const Cpus& cores) {
    Cpus seats;
    for (const Cpus& package : grouped(cores, &Cpu::package))
        for (const Cpus& cache : grouped(package, &Cpu::llc)) seats.insert(seats.end(), cache.begin(), cache.end());
    return seats;
}

// The caches of the package that has most of them.
std::vector<Cpus> caches_of_one_package(const Cpus& cores) {
    std::vector<Cpus> most;
    for (const Cpus& package : grouped(cores, &Cpu::package)) {
        std::vector<Cpus> caches = grouped(package, &Cpu::llc);
        if (caches.size() > most.size()) most = std::move(caches);
    }
    return most;
}

// The seats of the largest team, in the order in which growing teams take them.
Cpus seats_of(const Topology& topology, Placement placement) {
    Cpus cpus = of_the_kind_used(topology);
    const Cpus cores = one_per_core(cpus);
    switch (placement) {
        case Placement::same_cpu:
            return {cpus.front()};
        case Placement::same_core:
            return largest(grouped(cpus, &Cpu::core));
        case Placement::same_llc:
            return largest(grouped(cores, &Cpu::llc));
        case Placement::other_llc:
            return in_turn(caches_of_one_package(cores));
        case Placement::other_socket:
            return in_turn(grouped(cores, &Cpu::package));
        case Placement::spread:
            return over_caches(cores);
        case Placement::compact:
            return cache_by_cache(cores);
        case Placement::oversubscribed:
            return cpus;
        case Placement::map_row:  // placed pair by pair, not as a team
            return {};
    }
    return {};
}

// What a seat of this placement is, in the plural, for reasons.
std::string_view seats_named(Placement placement) {
    switch (placement) {
        case Placement::same_core:
            return "CPUs of one core";
        case Placement::same_llc:
            return "cores that share a last-level cache";
        case Placement::other_llc:
            return "cores on different last-level caches of one socket, in turn";
        case Placement::other_socket:
            return "cores on different sockets, in turn";
        default:
            return "cores of one kind";
    }
}

std::string needs(Placement placement, std::size_t workers, std::size_t seats) {
    return "needs " + std::to_string(workers) + " " + std::string(seats_named(placement)) + "; this machine has " +
           (seats < 2 && placement != Placement::spread && placement != Placement::compact ? "none" : std::to_string(seats));
}

// Whether two CPUs are a pair of this class. same_core is asked about siblings, the others about one CPU of each core.
bool is_pair_of(Placement placement, const Cpu& a, const Cpu& b) {
    switch (placement) {
        case Placement::same_core:
            return a.core == b.core;
        case Placement::same_llc:
            return a.core != b.core && a.llc == b.llc;
        case Placement::other_llc:
            return a.package == b.package && a.llc != b.llc;
        case Placement::other_socket:
            return a.package != b.package;
        default:
            return false;
    }
}

using Pair = std::pair<Cpu, Cpu>;

std::vector<Pair> all_pairs_of(const Topology& topology, Placement placement) {
    const Cpus cpus = of_the_kind_used(topology);
    const Cpus candidates = placement == Placement::same_core ? cpus : one_per_core(cpus);
    std::vector<Pair> pairs;
    for (auto first = candidates.begin(); first != candidates.end(); ++first)
        for (auto second = std::next(first); second != candidates.end(); ++second)
            if (is_pair_of(placement, *first, *second)) pairs.emplace_back(*first, *second);
    return pairs;
}

// How often the sockets, caches and cores of a pair take part in the pairs chosen so far.
class Uses {
public:
    [[nodiscard]] auto of(const Pair& pair) const {
        const auto& [a, b] = pair;
        return std::tuple(packages_.count(std::minmax(a.package, b.package)), caches_.count(std::minmax(a.llc, b.llc)),
                          cores_.count(a.core) + cores_.count(b.core));
    }
    void add(const Pair& pair) {
        const auto& [a, b] = pair;
        packages_.insert(std::minmax(a.package, b.package));
        caches_.insert(std::minmax(a.llc, b.llc));
        cores_.insert(a.core);
        cores_.insert(b.core);
    }

private:
    std::multiset<std::pair<unsigned, unsigned>> packages_{};
    std::multiset<std::pair<unsigned, unsigned>> caches_{};
    std::multiset<unsigned> cores_{};
};

// The same order everywhere, which the standard's shuffle does not promise.
void shuffle(std::vector<Pair>& pairs) {
    std::mt19937_64 random;  // the standard fixes its numbers and its seed
    for (std::size_t left = pairs.size(); left > 1; --left) std::swap(pairs[left - 1], pairs[random() % left]);
}

bool takes_turns(Placement placement) { return placement == Placement::same_cpu || placement == Placement::oversubscribed; }

}  // namespace

std::optional<std::string> lacks(const Topology& topology, Placement placement) {
    using enum Placement;
    if (takes_turns(placement) || placement == spread || placement == compact) return std::nullopt;
    if (placement == map_row)
        return one_per_core(topology.cpus).size() < 2 ? std::optional<std::string>("needs 2 cores; this machine has 1")
                                                      : std::nullopt;
    if (!topology.llc_is_known && (placement == same_llc || placement == other_llc))
        return "needs to know which cores share a last-level cache; this machine does not say";
    const std::size_t seats = seats_of(topology, placement).size();
    return seats < 2 ? std::optional(needs(placement, 2, seats)) : std::nullopt;
}

OrUnavailable<std::vector<unsigned>> place(const Topology& topology, Placement placement, std::size_t workers) {
    if (workers == 0) return Unavailable{"a team needs at least one worker"};
    if (topology.cpus.empty()) return Unavailable{"no CPU is allowed"};
    if (placement == Placement::map_row) return Unavailable{"a row of the map is visited pair by pair, not by a team"};
    if (const auto reason = lacks(topology, placement)) return Unavailable{*reason};
    const Cpus seats = seats_of(topology, placement);
    if (placement == Placement::oversubscribed && workers <= seats.size())
        return Unavailable{"needs more workers than the " + std::to_string(seats.size()) + " CPUs, not " +
                           std::to_string(workers)};
    if (!takes_turns(placement) && workers > seats.size()) return Unavailable{needs(placement, workers, seats.size())};

    std::vector<unsigned> os_ids(workers);
    for (std::size_t worker = 0; worker < workers; ++worker) os_ids[worker] = seats[worker % seats.size()].os_id;
    return os_ids;
}

std::vector<std::size_t> worker_steps(const Topology& topology) {
    const Cpus cores = one_per_core(of_the_kind_used(topology));
    std::set<std::size_t> steps;
    for (std::size_t workers = 1; workers <= cores.size(); workers *= 2) steps.insert(workers);
    if (!cores.empty()) {
        if (topology.llc_is_known) steps.insert(largest(grouped(cores, &Cpu::llc)).size());
        steps.insert(largest(grouped(cores, &Cpu::package)).size());
        steps.insert(cores.size());
    }
    return {steps.begin(), steps.end()};
}

std::vector<unsigned> seats_of(const Topology& topology) {
    return std::get<std::vector<unsigned>>(place(topology, Placement::spread, worker_steps(topology).back()));
}

std::size_t oversubscribed_workers(const Topology& topology, double factor) {
    const std::size_t cpus = of_the_kind_used(topology).size();
    const double wanted = std::max(0.0, std::round(factor * static_cast<double>(cpus)));
    return std::max(cpus + 1, static_cast<std::size_t>(wanted));
}

OrUnavailable<std::vector<CpuPair>> pairs_of(const Topology& topology, Placement placement, std::size_t limit) {
    using enum Placement;
    if (placement != same_core && placement != same_llc && placement != other_llc && placement != other_socket)
        return Unavailable{std::string(name_of(placement)) + " is not a class of pairs"};
    if (const auto reason = lacks(topology, placement)) return Unavailable{*reason};

    std::vector<Pair> candidates = all_pairs_of(topology, placement);
    shuffle(candidates);  // of pairs used equally often the first would be neighbours: the shortest ways of a mesh, and no others
    Uses uses;
    std::vector<CpuPair> chosen;
    while (chosen.size() < limit && !candidates.empty()) {
        const auto next = std::ranges::min_element(candidates, {}, [&](const Pair& pair) { return uses.of(pair); });
        uses.add(*next);
        chosen.emplace_back(next->first.os_id, next->second.os_id);
        candidates.erase(next);
    }
    return chosen;
}

std::vector<std::vector<CpuPair>> map_rows(const Topology& topology) {
    const Cpus cores = one_per_core(topology.cpus);
    std::vector<std::vector<CpuPair>> rows;
    if (cores.size() < 2) return rows;
    for (const Cpu& row : cores) {
        std::vector<CpuPair>& pairs = rows.emplace_back();
        for (const Cpu& other : cores)
            if (other.core != row.core) pairs.emplace_back(row.os_id, other.os_id);
    }
    return rows;
}

}  // namespace latchmark::machine
