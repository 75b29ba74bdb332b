// What must be equal before two runs are compared (hard), and what should be (soft).
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "harness/machine/topology.hpp"
#include "latchmark/base/unavailable.hpp"

namespace latchmark::machine {

using Facts = std::map<std::string, OrUnavailable<std::string>>;

// Never holds the host name.
struct Fingerprint {
    Facts hard;                 // the whole machine, whatever part of it this process may use
    Facts soft;                 // settings, software, limits of this process
    std::string hard_key_hash;  // 16 hexadecimal digits over `hard`; why a fact is missing does not count
    std::string alias;          // for file names and pages: "xeon-platinum-8488c-48c-2s"; of a-z, 0-9 and '-'
};

// As uname(2) says, which under user-mode emulation is the emulated one: "x86_64", "aarch64".
[[nodiscard]] std::string architecture_of_this_process();

// Reads below root/proc and root/sys, so that a recorded machine can be asked as well. `build` adds soft facts that only
// the program knows (compiler, flags, libraries). A fact that cannot be had carries its reason; nothing throws.
[[nodiscard]] Fingerprint fingerprint(const Topology& topology, const std::map<std::string, std::string>& build = {},
                                      const std::filesystem::path& root = "/",
                                      const std::string& architecture = architecture_of_this_process());

}  // namespace latchmark::machine
