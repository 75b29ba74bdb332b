// Which CPUs this process may use, and what they share: the only view of the machine that placement sees.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace latchmark::machine {

// One logical CPU. `core`, `llc`, `package` and `kind` are dense indices, numbered from 0 in the order of first appearance,
// so they mean "same" or "different" and nothing else. `os_id` and `node` are the kernel's numbers, since CPUs are pinned
// and memory is bound by them.
struct Cpu {
    unsigned os_id;
    unsigned core;
    unsigned llc;
    unsigned package;
    unsigned node;
    unsigned kind;  // of core: 0 is the most capable (P, big), higher ones are less so
    friend bool operator==(const Cpu&, const Cpu&) = default;
};

// The source of a topology that was read off the machine this runs on; a described one says what it was made from.
inline constexpr const char* kThisMachine = "this machine";

struct Topology {
    std::string source;                 // "this machine", "synthetic: core:4 pu:2", "xml: big.xml"
    std::vector<Cpu> cpus{};            // those allowed to this process, neighbours next to each other; never empty
    bool llc_is_known = true;           // false: the machine says nothing of its caches, and `llc` equals `package`
    std::optional<unsigned> llc_kib{};  // size of the largest last-level cache, where known
};

// The machine underneath, restricted to the CPUs this thread may run on. Call it before pinning. Never throws: a machine
// that describes nothing of itself is one package of single-CPU cores without cache information.
[[nodiscard]] Topology this_machine();

// A machine that need not exist: "synthetic:package:2 l3:2 core:8 pu:2" (hwloc's synthetic language) or an hwloc XML
// file, as "xml:FILE" or FILE.xml. A non-empty `allowed_os_ids` restricts it as a cpuset would; ids the machine does not
// have are ignored. Throws std::invalid_argument with one line when there is no such machine or no CPU is left.
[[nodiscard]] Topology described(const std::string& description, const std::vector<unsigned>& allowed_os_ids = {});

// For a person: "2 sockets x 8 cores x 2 threads", or the totals where cores or sockets are not alike.
[[nodiscard]] std::string summary(const Topology& topology);

}  // namespace latchmark::machine
