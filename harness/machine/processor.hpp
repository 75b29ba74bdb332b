// The hard facts: what the machine is, whatever is set on it.
#pragma once
#include <string>

#include "harness/machine/fingerprint.hpp"
#include "harness/machine/kernel_files.hpp"

namespace latchmark::machine {

// Of the whole machine, not of the CPUs allowed to this process: a cpuset does not make another machine.
[[nodiscard]] Facts processor_facts(const KernelFiles& files, const std::string& architecture);

}  // namespace latchmark::machine
