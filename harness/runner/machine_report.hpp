// `machine`: what this machine is, what it can place and count, and what disturbs measuring on it.
#pragma once
#include <iosfwd>

namespace latchmark::runner {

// Opens each counter role there is for a moment, and makes the positive control of those that count.
void print_machine(std::ostream& out, bool as_json);

}  // namespace latchmark::runner
