// Whether a count is what the stimulus should have caused: pure arithmetic.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/control/stimulus.hpp"
#include "harness/counters/reading.hpp"

namespace latchmark::control {

enum class Result : std::uint8_t {
    passed,
    failed,   // it counted, and did not react: its readings would mean nothing
    not_run,  // nobody could say
};

[[nodiscard]] std::string_view name_of(Result result);

// What must hold of the team's count; none: nothing.
struct Bound {
    std::optional<double> least{}, most{};  // events for each time that the stimulus happened
    std::optional<double> idle_most{};      // share of the count that the idle stretch may have
};

struct Verdict {
    Result result = Result::not_run;
    std::string why{};  // a sentence unless it passed
};

// `times` the stimulus happened while the team read `counted`; `idle` is of the stretch without it.
[[nodiscard]] Verdict verdict_of(const Bound& bound, StimulusName stimulus, std::uint64_t times, const counters::Reading& counted,
                                 const counters::Reading& idle);

}  // namespace latchmark::control
