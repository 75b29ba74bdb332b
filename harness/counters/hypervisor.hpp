// Which hypervisor runs this machine, and how it is told to pass counters on.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace latchmark::counters {

struct Hypervisor {
    std::string name;         // as its makers write it
    std::string_view remedy;  // what its owner can do so that the machine has counters: an imperative clause
};

// From `Identification::hypervisor`; none when that is empty.
[[nodiscard]] std::optional<Hypervisor> hypervisor_of(std::string_view signature);

}  // namespace latchmark::counters
