// One child process: started, fed, listened to, limited in time, and gone with all its descendants afterwards.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/runner/interruption.hpp"

namespace latchmark::runner {

enum class End {
    exited,  // `code` is the exit status
    killed,  // `code` is the signal
    timed_out,
    interrupted,  // somebody asked the runner to stop
    too_long,     // its answer exceeded the limit
};

struct Limits {
    std::uint64_t time_ns = 0;
    // Far above any launch (100 windows of 1000 workers take 4 MiB), far below what would hurt.
    std::size_t answer_bytes = std::size_t{64} << 20U;
};

struct ChildEnd {
    End end = End::exited;
    int code = 0;
    std::string answer{};           // what it wrote to descriptor 3
    std::string last_error_line{};  // of its standard error, empty without one
    std::string unfinished{};       // what its processes did when it timed out, as unfinished_in() says it
    std::uint64_t wall_ns = 0;      // from before the fork until its end was known
};

// Runs words[0] (searched in PATH when it has no slash) with the request on standard input. It leads a process group of
// its own and dies with this process; none of the group is left on return, however it ended. A program that cannot be
// started exits with 127 and a line that says why. Throws InfrastructureError when no process can be made.
[[nodiscard]] ChildEnd run_child(const std::vector<std::string>& words, const std::string& request, const Limits& limits,
                                 Interruption& interruption);

}  // namespace latchmark::runner
