// What on this machine disturbs measuring, and how to mend it.
#pragma once
#include <string>
#include <vector>

#include "harness/machine/fingerprint.hpp"

namespace latchmark::machine {

struct Advice {
    std::string what;     // "the frequency governor is powersave"
    std::string why;      // what it does to the numbers
    std::string command;  // mends it until the next boot; a sentence where no command can
};

// Most disturbing first; empty when nothing is known to disturb. Pure.
[[nodiscard]] std::vector<Advice> advice(const Fingerprint& fingerprint);

}  // namespace latchmark::machine
