// What makes the kernel act: system calls, page faults, sleeps.
#pragma once
#include <cstdint>
#include <optional>

#include "harness/control/pages.hpp"
#include "harness/control/stimulus.hpp"

namespace latchmark::control {

class SystemCalls final : public Stimulus {
public:
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

class FreshPages final : public Stimulus {
public:
    void prepare(std::size_t worker, Stretch stretch) override;
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;

private:
    std::optional<Pages> pages_{};
};

// Counts, by getrusage, how often the thread was taken off its CPU meanwhile: at least as often as it slept.
class Sleeps final : public Stimulus {
public:
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

}  // namespace latchmark::control
