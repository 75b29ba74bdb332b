// Puts threads on CPUs and memory on nodes, and says afterwards whether it is so.
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "latchmark/base/unavailable.hpp"

namespace latchmark::machine {

// Moves the calling thread (in a process of one thread: the process) to this CPU for good. nullopt: the kernel confirms that it
// may run nowhere else and that it is there now. Otherwise the reason; the thread may then be anywhere.
[[nodiscard]] std::optional<std::string> pin_this_thread(unsigned os_id);

// The memory node of the CPU that the calling thread runs on, which should be pinned.
[[nodiscard]] unsigned node_of_this_cpu();

// The NUMA node of the page that holds this address. The page must have been touched: an untouched one is nowhere yet.
[[nodiscard]] OrUnavailable<int> node_of(const void* address);

// Asks for the pages of this range, rounded outwards to whole pages, on this node when they are first touched; the
// kernel takes another node rather than fail. nullopt: the wish is noted (node_of tells whether it came true).
// Otherwise the reason, for instance a kernel without NUMA, where the range stays usable.
[[nodiscard]] std::optional<std::string> bind_memory(void* address, std::size_t bytes, unsigned node);

}  // namespace latchmark::machine
