// The whole of a benchmark binary's main(): commands, launches, and Google Benchmark's own flags.
#pragma once
#include "latchmark/preset.hpp"

namespace latchmark {

// Returns the exit code of the table in the README. Reports bad input in one line on standard error; never throws.
[[nodiscard]] int main(int argc, char** argv, Catalogue (*catalogue)());

}  // namespace latchmark
