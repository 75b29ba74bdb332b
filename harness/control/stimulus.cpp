// The table of stimuli.
#include "harness/control/stimulus.hpp"

#include <utility>

#include "harness/control/computation.hpp"
#include "harness/control/hand_over.hpp"
#include "harness/control/instructions.hpp"
#include "harness/control/kernel_work.hpp"
#include "harness/control/missing_lines.hpp"

namespace latchmark::control {

namespace {

std::unique_ptr<Stimulus> real_stimulus(StimulusName name) {
    switch (name) {
        case StimulusName::hand_over:
            return std::make_unique<HandOver>();
        case StimulusName::locked_increments:
            return std::make_unique<Instructions>(locked_increments);
        case StimulusName::ordering_instructions:
            return std::make_unique<Instructions>(ordering_instructions);
        case StimulusName::spin_hints:
            return std::make_unique<Instructions>(spin_hints);
        case StimulusName::random_branches:
            return std::make_unique<RandomBranches>();
        case StimulusName::chain:
            return std::make_unique<DependentSteps>();
        case StimulusName::random_walk:
            return std::make_unique<RandomWalk>();
        case StimulusName::missing_stores:
            return std::make_unique<MissingStores>();
        case StimulusName::system_calls:
            return std::make_unique<SystemCalls>();
        case StimulusName::fresh_pages:
            return std::make_unique<FreshPages>();
        case StimulusName::sleeps:
            return std::make_unique<Sleeps>();
    }
    return nullptr;
}

Stimuli& stimuli() {
    static Stimuli in_use = real_stimuli();
    return in_use;
}

}  // namespace

const Stimuli& real_stimuli() {
    static const Stimuli real = real_stimulus;
    return real;
}

const Stimuli& stimuli_in_use() { return stimuli(); }
void use_stimuli(Stimuli replacement) { stimuli() = std::move(replacement); }

}  // namespace latchmark::control
