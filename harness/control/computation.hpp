// What a core does by itself: branches and arithmetic.
#pragma once
#include <cstdint>

#include "harness/control/stimulus.hpp"

namespace latchmark::control {

class RandomBranches final : public Stimulus {
public:
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

class DependentSteps final : public Stimulus {
public:
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

// As often as instructions.hpp's functions do it.
class Instructions final : public Stimulus {
public:
    explicit Instructions(std::uint64_t (*instructions)(std::uint64_t times)) : instructions_(instructions) {}
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;

private:
    std::uint64_t (*instructions_)(std::uint64_t times);
};

}  // namespace latchmark::control
