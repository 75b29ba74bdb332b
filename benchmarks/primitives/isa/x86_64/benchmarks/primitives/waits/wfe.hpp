// Stands in for an instruction of Arm: compiles, and is never measured.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "benchmarks/primitives/waits/watched_signal.hpp"

namespace benchmarks {

inline constexpr std::string_view kWfeAbsent = "WFE is an instruction of Arm";

[[nodiscard]] inline std::optional<std::string> lacks_wfe() { return std::string(kWfeAbsent); }

inline void wfe_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) {}

}  // namespace benchmarks
