// Stands in for absl::Mutex where it is not installed: compiles, and is never measured.
#pragma once
#include <shared_mutex>
#include <string_view>

namespace benchmarks {

inline constexpr std::string_view kAbslMutexAbsent = "built without Abseil (libabsl-dev)";

using AbslMutex = std::shared_mutex;

}  // namespace benchmarks
