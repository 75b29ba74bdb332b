// Everything that is measured, as an explicit list in reading order.
#pragma once
#include "latchmark/preset.hpp"

namespace benchmarks {

[[nodiscard]] latchmark::Catalogue catalogue();

namespace false_sharing {
[[nodiscard]] latchmark::Experiment counters();
}
namespace contention {
[[nodiscard]] latchmark::Experiment counter();
}
namespace instrument {
[[nodiscard]] latchmark::Experiment operation();
[[nodiscard]] latchmark::Experiment clock();
[[nodiscard]] latchmark::Experiment counters();
[[nodiscard]] latchmark::Experiment team();
}  // namespace instrument

}  // namespace benchmarks
