// latchmark-bench: the catalogue with the harness around it.
#include "latchmark/main.hpp"

#include "benchmarks/catalogue.hpp"

int main(int argc, char** argv) { return latchmark::main(argc, argv, benchmarks::catalogue); }
