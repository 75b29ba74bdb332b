// Stands in for instructions of x86: compiles, and is never measured.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "benchmarks/primitives/waits/watched_signal.hpp"

namespace benchmarks {

inline constexpr std::string_view kWaitpkgAbsent = "UMWAIT and TPAUSE are instructions of x86";

[[nodiscard]] inline std::optional<std::string> lacks_waitpkg() { return std::string(kWaitpkgAbsent); }

inline void umwait_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) {}
inline void tpause_between_looks(const WatchedWord& /*word*/, std::uint32_t /*seen*/) {}

}  // namespace benchmarks
