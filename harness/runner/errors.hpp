// What ends a command with an exit code of its own: one line for the person who typed it.
#pragma once
#include <stdexcept>

namespace latchmark::runner {

// Wrong usage or invalid input: exit code 2.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The machine refuses what measuring needs (a place to write, the host lock, a child process): exit code 4.
class InfrastructureError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The exit codes of `run`. When several apply: nothing_measured, then bad, then incomplete.
enum class Exit { good = 0, bad = 1, usage = 2, incomplete = 3, nothing_measured = 4 };

}  // namespace latchmark::runner
