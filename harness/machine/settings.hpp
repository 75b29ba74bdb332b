// The soft facts: how the machine is set up just now, and what this process may use of it.
#pragma once
#include "harness/machine/fingerprint.hpp"
#include "harness/machine/kernel_files.hpp"

namespace latchmark::machine {

[[nodiscard]] Facts setting_facts(const KernelFiles& files, const Topology& topology);

}  // namespace latchmark::machine
