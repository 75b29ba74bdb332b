// What a run file says about the build, the machine and its counters.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/machine/disturbance.hpp"
#include "harness/machine/fingerprint.hpp"
#include "harness/machine/topology.hpp"
#include "harness/runner/suite.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::runner {

[[nodiscard]] nlohmann::json json_of(const machine::Facts& facts);
[[nodiscard]] nlohmann::json json_of(const machine::Disturbance& disturbance);

// The members `suite`, `machine` (without its clock) and `counters` of the run file.
[[nodiscard]] nlohmann::json json_of(const Suite& suite, const counters::Capability& capability);
[[nodiscard]] nlohmann::json json_of(const machine::Fingerprint& fingerprint, const machine::Topology& topology);
[[nodiscard]] nlohmann::json json_of(const counters::Capability& capability);

// The fingerprint of this machine, with what this build adds to its soft key.
[[nodiscard]] machine::Fingerprint fingerprint_with(const Suite& suite, const machine::Topology& topology);

// Every role that some launch of these experiments counts, each once: software roles and anchors first.
[[nodiscard]] std::vector<std::string> roles_asked(const std::vector<Experiment>& experiments);

}  // namespace latchmark::runner
