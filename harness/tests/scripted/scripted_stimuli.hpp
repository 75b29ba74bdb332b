// What the positive control provokes where counts come from a script: nothing is done, it is only told.
#pragma once
#include <cstdint>
#include <memory>

#include "harness/control/stimulus.hpp"
#include "harness/tests/scripted/happenings.hpp"

namespace latchmark::scripted {

class ToldStimulus final : public control::Stimulus {
public:
    [[nodiscard]] std::uint64_t run(std::size_t /*worker*/, control::Stretch stretch) override {
        // Enough that the few counts of the reading itself stay far below the least of the control's bounds.
        constexpr std::uint64_t kTimes = 100'000;
        if (stretch == control::Stretch::idle) return 0;
        happenings().operations[static_cast<std::size_t>(Meeting::contested)] += kTimes;
        return kTimes;
    }
};

// The kernel counts its own events itself, so what provokes those is done.
inline std::unique_ptr<control::Stimulus> scripted_stimulus(control::StimulusName name) {
    const bool is_counted_by_kernel = name == control::StimulusName::fresh_pages || name == control::StimulusName::sleeps;
    return is_counted_by_kernel ? control::real_stimuli()(name) : std::make_unique<ToldStimulus>();
}

}  // namespace latchmark::scripted
