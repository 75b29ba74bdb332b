// A whole benchmark binary in which a script stands in for the PMU. Never installed: its counts are nobody's.
#include <cstdlib>
#include <exception>
#include <iostream>

#include "harness/control/stimulus.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/tests/scripted/script.hpp"
#include "harness/tests/scripted/scripted_catalogue.hpp"
#include "harness/tests/scripted/scripted_pmu.hpp"
#include "harness/tests/scripted/scripted_stimuli.hpp"
#include "latchmark/main.hpp"

int main(int argc, char** argv) {
    try {
        // Inherited by every launch, which is this binary again.
        const char* const text = std::getenv("LATCHMARK_SCRIPT");
        static latchmark::scripted::ScriptedPmu pmu(latchmark::scripted::script_of(text == nullptr ? "cpu=spr" : text));
        latchmark::counters::use_kernel(pmu);
        latchmark::control::use_stimuli(latchmark::scripted::scripted_stimulus);
    } catch (const std::exception& problem) {
        std::cerr << "scripted_bench: " << problem.what() << '\n';
        return 2;
    }
    return latchmark::main(argc, argv, latchmark::scripted::scripted_catalogue);
}
