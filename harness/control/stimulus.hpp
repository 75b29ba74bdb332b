// What a worker does so that a counter must move, and the table of who does it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace latchmark::control {

enum class StimulusName : std::uint8_t {
    hand_over,              // two workers give one line to and fro
    locked_increments,      // x86: atomic read-modify-writes
    ordering_instructions,  // Arm: exclusives, acquire loads, release stores and barriers, as many of each
    spin_hints,             // x86
    random_branches,        // branches that nobody can predict
    chain,                  // steps of dependent arithmetic
    random_walk,            // loads, each of a missing line on another page, one after the other
    missing_stores,         // stores, each to a missing line on another page
    system_calls,
    fresh_pages,  // first touches of pages
    sleeps,
};

inline constexpr std::array kStimuli{StimulusName::hand_over,
                                     StimulusName::locked_increments,
                                     StimulusName::ordering_instructions,
                                     StimulusName::spin_hints,
                                     StimulusName::random_branches,
                                     StimulusName::chain,
                                     StimulusName::random_walk,
                                     StimulusName::missing_stores,
                                     StimulusName::system_calls,
                                     StimulusName::fresh_pages,
                                     StimulusName::sleeps};

[[nodiscard]] constexpr std::string_view name_of(StimulusName name) {
    constexpr std::array<std::string_view, kStimuli.size()> names{
        "hand_over",   "locked_increments", "ordering_instructions", "spin_hints",  "random_branches", "chain",
        "random_walk", "missing_stores",    "system_calls",          "fresh_pages", "sleeps"};
    return names[static_cast<std::size_t>(name)];
}

[[nodiscard]] constexpr std::size_t workers_of(StimulusName name) { return name == StimulusName::hand_over ? 2 : 1; }

// `idle` is the same code without the thing itself, and comes first: what it touches for the first time it touches uncounted.
enum class Stretch : std::uint8_t { idle, stimulus };

// One object for a team. Each worker calls prepare() and run() once for each stretch, and starts to count between the two;
// no worker calls run() before all have called prepare().
class Stimulus {
public:
    Stimulus() = default;
    Stimulus(const Stimulus&) = delete;
    Stimulus& operator=(const Stimulus&) = delete;
    virtual ~Stimulus() = default;

    // What must not be counted. Throws when this machine cannot do it.
    virtual void prepare(std::size_t /*worker*/, Stretch /*stretch*/) {}
    // How often it happened by this worker's hand; over the team it is the number that counts are compared with. 0 in idle
    // stretches, and where this kind of CPU has no such thing.
    [[nodiscard]] virtual std::uint64_t run(std::size_t worker, Stretch stretch) = 0;
};

using Stimuli = std::function<std::unique_ptr<Stimulus>(StimulusName)>;

// The ones that do it.
[[nodiscard]] const Stimuli& real_stimuli();

// The ones that the control uses which is given none: the real ones, unless main() has chosen others before all else, since a
// scripted counter does not see what a CPU does.
[[nodiscard]] const Stimuli& stimuli_in_use();
void use_stimuli(Stimuli stimuli);

}  // namespace latchmark::control
