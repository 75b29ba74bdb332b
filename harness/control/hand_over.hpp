// Two workers hand lines to and fro.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

#include "harness/control/stimulus.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::control {

class HandOver final : public Stimulus {
public:
    void prepare(std::size_t worker, Stretch stretch) override;
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;

private:
    // A core that waits for its turn reads the line before it writes it, so that its own write finds the line shared; the other
    // line it writes at once and finds it modified. Requests for ownership tell the two apart.
    struct Lines {
        Isolated<std::atomic<std::uint64_t>> turn, written_at_once;
    };
    [[nodiscard]] static std::uint64_t hand(Lines& lines, std::uint64_t remainder, std::uint64_t step, std::uint64_t times);

    Lines common_{};
    std::array<Lines, 2> own_{};
};

}  // namespace latchmark::control
