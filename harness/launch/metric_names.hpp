// Names of metrics that a launch fills in and a description defines.
#pragma once
#include <string>

namespace latchmark::launch {

inline constexpr const char* kCpuTime = "cpu_time_per_operation";

// The same of a part beside the subject.
[[nodiscard]] inline std::string of_part(const std::string& metric, const std::string& part) { return metric + "_of_" + part; }

}  // namespace latchmark::launch
