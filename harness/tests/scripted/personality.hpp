// The CPUs that the scripted PMU plays: how each names itself, and what its events count for an operation.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "harness/counters/identification.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/tests/scripted/happenings.hpp"

namespace latchmark::scripted {

// The numbers are those of the makers' manuals, written down again: a wrong one in harness/counters/events is another event here.
struct Event {
    std::string_view name;
    counters::Encoding encoding;
    std::array<std::uint64_t, kMeetings> per_1000_operations;  // by meeting
};

struct Personality {
    std::string_view name, sentence;
    counters::Identification identification;
    std::string_view pmu;                      // its folder in the kernel's list
    std::map<std::string, std::string> files;  // below that folder, as the kernel would show them
    std::span<const Event> events;
};

// Throws std::invalid_argument for a CPU that nobody plays.
[[nodiscard]] const Personality& personality_of(std::string_view name);

// An event of the personality, or of the kernel's software ones. Null when there is none of that name.
[[nodiscard]] const Event* find_event(const Personality& personality, std::string_view name);

// What counts as these numbers: a PMU counts something whatever it is asked for.
[[nodiscard]] const Event& event_of(const Personality& personality, const counters::Encoding& encoding);

}  // namespace latchmark::scripted
