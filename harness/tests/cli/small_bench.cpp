// A whole benchmark binary over the small catalogue.
#include "harness/tests/cli/small_catalogue.hpp"
#include "latchmark/main.hpp"

int main(int argc, char** argv) { return latchmark::main(argc, argv, latchmark::tests::small_catalogue); }
