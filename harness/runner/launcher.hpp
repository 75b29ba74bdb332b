// Starts launches: which binary, with which words, and how long it may take.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/protocol.hpp"
#include "harness/runner/interruption.hpp"
#include "harness/runner/outcome.hpp"

namespace latchmark::runner {

// One of the binaries that a run compares.
struct Side {
    std::string name;
    std::string binary;
    std::string build_id;  // of the binary; "none" when the linker left none
};

class Launcher {
public:
    // `prefix` comes before the command of every launch: an emulator, say. Without `time_limit_ns` a launch may take 10 s and
    // twenty times the time that it is asked to measure: enough for a sanitizer or an emulator, short enough for a hang.
    Launcher(std::vector<Side> sides, std::vector<std::string> prefix, std::optional<std::uint64_t> time_limit_ns,
             Interruption& interruption)
        : sides_(std::move(sides)), prefix_(std::move(prefix)), time_limit_ns_(time_limit_ns), interruption_(interruption) {}

    [[nodiscard]] Outcome launch(std::size_t side, const launch::Request& request, bool never_threaded);
    [[nodiscard]] const std::vector<Side>& sides() const { return sides_; }
    [[nodiscard]] bool is_interrupted() { return interruption_.has_arrived(); }

private:
    std::vector<Side> sides_;
    std::vector<std::string> prefix_;
    std::optional<std::uint64_t> time_limit_ns_;
    Interruption& interruption_;
};

}  // namespace latchmark::runner
