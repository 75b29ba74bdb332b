// Judging one role.
#include "harness/control/verdict.hpp"

#include <array>
#include <cmath>

namespace latchmark::control {

namespace {

std::string whole(double number) { return std::to_string(std::llround(number)); }

Verdict failed(StimulusName stimulus, std::uint64_t times, double counted, const std::string& expected) {
    return {Result::failed, "it counted " + whole(counted) + " while " + std::string(name_of(stimulus)) + " happened " +
                                std::to_string(times) + " times: " + expected};
}

}  // namespace

std::string_view name_of(Result result) {
    constexpr std::array<std::string_view, 3> names{"passed", "failed", "not_run"};
    return names[static_cast<std::size_t>(result)];
}

Verdict verdict_of(const Bound& bound, StimulusName stimulus, std::uint64_t times, const counters::Reading& counted,
                   const counters::Reading& idle) {
    // Only what really ran can be blamed for what it did not see.
    for (const auto* reading : {&counted, &idle})
        if (!reading->value) return {Result::not_run, reading->why.value_or("it has no value")};
    if (times == 0) return {Result::not_run, std::string(name_of(stimulus)) + " could not be made to happen here"};

    const double value = *counted.value;
    const auto happened = static_cast<double>(times);
    if (const double least = bound.least.value_or(0) * happened; value < least || value == 0)
        return failed(stimulus, times, value, "at least " + whole(std::ceil(std::fmax(least, 1))) + " are expected");
    if (bound.most && value > *bound.most * happened)
        return failed(stimulus, times, value, "at most " + whole(*bound.most * happened) + " are expected");
    if (bound.idle_most && *idle.value > *bound.idle_most * value)
        return failed(stimulus, times, value,
                      "but " + whole(*idle.value) + " in the same stretch without it, where at most " +
                          whole(*bound.idle_most * value) + " are expected");
    return {Result::passed, {}};
}

}  // namespace latchmark::control
