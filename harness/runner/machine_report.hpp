// `machine`: what this machine is, what it can place and count, and what disturbs measuring on it.
#pragma once
#include <iosfwd>

#include "latchmark/preset.hpp"

namespace latchmark::runner {

// Opens each counter role of the catalogue for a moment.
void print_machine(std::ostream& out, const Catalogue& catalogue, bool as_json);

}  // namespace latchmark::runner
