// What this machine can count, role by role, and what to do about the rest: asked once per run.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/kernel.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {

struct RoleAnswer {
    std::string role{}, unit{}, meaning{};
    std::string caveat{};  // what the number does not say; empty when there is nothing to know
    Status status = Status::no_encoding;
    std::optional<std::string> why{};  // what is missing and what would mend it, exactly when the status has no value
    std::optional<Tier> tier{};        // these four only when some event stands for the role, be it refused
    std::optional<std::string> source{};
    std::optional<Scope> scope{};
    std::optional<Encoding> encoding{};  // of an event of perf
};

struct Capability {
    std::optional<int> perf_event_paranoid;  // none without perf events in the kernel
    std::vector<std::string> pmus;           // of the CPU; uncore units are not asked
    std::optional<std::string> table;        // event table of this microarchitecture; none: generic tier
    std::optional<std::string> libpfm;       // file name of the library, which is where its true version stands
    std::string cpu;                         // what the CPU names itself, in words; why there is no table, when there is none
    std::optional<std::string> hypervisor;   // its name; none on bare metal
    std::optional<std::string> script;       // what stands in for the hardware; none where the counts are a CPU's own
    std::vector<RoleAnswer> roles;           // in the order asked
};

// Really opens each role on the calling thread, lets it run for about 100 us and reads it.
// Throws std::invalid_argument for a name that is no role.
[[nodiscard]] Capability capability(const std::vector<std::string>& role_names, Kernel& kernel = kernel_in_use());

}  // namespace latchmark::counters
