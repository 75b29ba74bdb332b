// What the control group of this process may take of the CPUs, and how often it was stopped for it.
#pragma once
#include <cstdint>
#include <string>

#include "harness/machine/kernel_files.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::machine {

// The tightest quota from this process's group up to the root: "1.5 CPUs", or "none".
[[nodiscard]] OrUnavailable<std::string> cgroup_quota(const KernelFiles& files);

// Time for which a quota stopped this process's group or one above it, since the groups were made; summed over CPUs.
[[nodiscard]] OrUnavailable<std::uint64_t> cgroup_throttled_ns(const KernelFiles& files);

}  // namespace latchmark::machine
