// What are the processes of a group doing that did not end in time?
#pragma once
#include <string>
#include <sys/types.h>

namespace latchmark::runner {

// For each process of the group, oldest first: whether it runs or sleeps, where the kernel says so, and the CPU time that it
// has used. So a team that waits for one of its own can be told from one that got no CPU. "bench sleeps in do_wait, 20 ms
// of CPU; bench runs, 9870 ms of CPU". Empty where /proc tells nothing.
[[nodiscard]] std::string unfinished_in(pid_t group);

}  // namespace latchmark::runner
