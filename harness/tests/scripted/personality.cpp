// Sapphire Rapids, Zen 4 and Neoverse N1, as far as the script needs them.
#include "harness/tests/scripted/personality.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchmark::scripted {
namespace {

using counters::Maker;

constexpr std::uint32_t kHardware = 0, kSoftware = 1, kRaw = 4;  // PERF_TYPE_...

// A contested operation takes longer and retires no more.
constexpr std::array<std::uint64_t, kMeetings> kCyclesPer1000{80'000, 6'000}, kInstructionsPer1000{4'000, 4'000};

// By the kernel's numbers, which are the same on each core. Under its own a core counts them too.
constexpr Event kCycles{"cycles", {kHardware, 0, 0, 0}, kCyclesPer1000};
constexpr Event kInstructions{"instructions", {kHardware, 1, 0, 0}, kInstructionsPer1000};

constexpr std::array kSapphireRapids{
    kCycles,
    kInstructions,
    Event{"cycles", {kRaw, 0x3c, 0, 0}, kCyclesPer1000},
    Event{"instructions", {kRaw, 0xc0, 0, 0}, kInstructionsPer1000},
    Event{"cross_core_loads", {kRaw, 0x4d2, 0, 0}, {970, 10}},
    Event{"cross_core_rfos", {kRaw, 0x12a, 0x10003c0002, 0}, {960, 8}},
    Event{"memory_ordering_clears", {kRaw, 0x2c3, 0, 0}, {40, 2}},
    Event{"stalls_store_bound", {kRaw, 0x20040a6, 0, 0}, {30'000, 600}},
    Event{"l1d_misses", {kRaw, 0x8d1, 0, 0}, {990, 12}},
    Event{"offcore_rfos", {kRaw, 0x421, 0, 0}, {980, 11}},
};

constexpr std::array kZen4{
    kCycles,
    kInstructions,
    Event{"cycles", {kRaw, 0x76, 0, 0}, kCyclesPer1000},
    Event{"instructions", {kRaw, 0xc0, 0, 0}, kInstructionsPer1000},
    Event{"demand_fills_same_ccx", {kRaw, 0x243, 0, 0}, {400, 4}},
    Event{"demand_fills_other_ccx", {kRaw, 0x443, 0, 0}, {970, 10}},
    Event{"ownership_upgrades", {kRaw, 0x860, 0, 0}, {500, 3}},
    Event{"stalls_store_bound", {kRaw, 0x4ae, 0, 0}, {30'000, 600}},
    Event{"l1d_misses", {kRaw, 0x3f41, 0, 0}, {990, 12}},
    Event{"store_line_requests", {kRaw, 0x4060, 0, 0}, {980, 11}},
};

constexpr std::array kNeoverseN1{
    kCycles,
    kInstructions,
    Event{"cycles", {kRaw, 0x11, 0, 0}, kCyclesPer1000},
    Event{"instructions", {kRaw, 0x8, 0, 0}, kInstructionsPer1000},
    Event{"l1d_invalidations", {kRaw, 0x48, 0, 0}, {970, 10}},
    Event{"l1d_coherency_writebacks", {kRaw, 0x47, 0, 0}, {950, 9}},
    Event{"l1d_refills_out_of_cluster", {kRaw, 0x45, 0, 0}, {960, 8}},
    Event{"l1d_misses", {kRaw, 0x3, 0, 0}, {990, 12}},
    Event{"stalls_backend", {kRaw, 0x24, 0, 0}, {70'000, 900}},
    Event{"bus_accesses", {kRaw, 0x19, 0, 0}, {4'000, 40}},
};

// Counted by the kernel itself, so only their names matter here.
constexpr std::array kOfTheKernel{
    Event{"task_clock", {kSoftware, 1, 0, 0}, {}},
    Event{"page_faults", {kSoftware, 2, 0, 0}, {}},
    Event{"context_switches", {kSoftware, 3, 0, 0}, {}},
    Event{"cpu_migrations", {kSoftware, 4, 0, 0}, {}},
};

constexpr Event kAnyOther{"any other", {}, {1'000, 100}};

// Of the common events, those that this core says it implements.
std::map<std::string, std::string> common_events_of_n1() {
    return {{"events/inst_retired", "event=0x0008\n"},
            {"events/cpu_cycles", "event=0x0011\n"},
            {"events/l1d_cache", "event=0x0004\n"},
            {"events/l1d_cache_refill", "event=0x0003\n"},
            {"events/bus_access", "event=0x0019\n"},
            {"events/stall_backend", "event=0x0024\n"},
            {"events/br_retired", "event=0x0021\n"},
            {"events/br_mis_pred_retired", "event=0x0022\n"},
            {"type", "8\n"}};
}

const std::array<Personality, 3>& personalities() {
    static const std::array<Personality, 3> all{{
        {"spr",
         "a script that plays a Sapphire Rapids: no count is a CPU's own",
         {.maker = Maker::intel, .family = 6, .model = 0x8f, .stepping = 8, .has_amx = true, .has_avx512_fp16 = true},
         "cpu",
         {{"type", "4\n"}},
         kSapphireRapids},
        {"zen4",
         "a script that plays a Zen 4: no count is a CPU's own",
         {.maker = Maker::amd, .family = 0x19, .model = 0x11, .stepping = 1},
         "cpu",
         {{"type", "4\n"}},
         kZen4},
        {"n1",
         "a script that plays a Neoverse N1: no count is a CPU's own",
         {.maker = Maker::arm, .part = 0xd0c},
         "armv8_pmuv3_0",
         common_events_of_n1(),
         kNeoverseN1},
    }};
    return all;
}

}  // namespace

const Personality& personality_of(std::string_view name) {
    const auto found = std::ranges::find(personalities(), name, &Personality::name);
    if (found == personalities().end()) throw std::invalid_argument("the script knows no CPU '" + std::string(name) + "'");
    return *found;
}

const Event* find_event(const Personality& personality, std::string_view name) {
    for (const std::span<const Event> events : {personality.events, std::span<const Event>(kOfTheKernel)}) {
        const auto found = std::ranges::find(events, name, &Event::name);
        if (found != events.end()) return &*found;
    }
    return nullptr;
}

const Event& event_of(const Personality& personality, const counters::Encoding& encoding) {
    const std::span<const Event> events = encoding.type == kSoftware ? std::span<const Event>(kOfTheKernel) : personality.events;
    const auto found = std::ranges::find(events, encoding, &Event::encoding);
    return found == events.end() ? kAnyOther : *found;
}

}  // namespace latchmark::scripted
