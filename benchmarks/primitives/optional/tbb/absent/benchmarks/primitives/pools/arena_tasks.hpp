// Stands in for the arena of oneTBB where that is not installed: described, never run.
#pragma once
#include <optional>
#include <string>

#include "benchmarks/primitives/pools/inline_tasks.hpp"

namespace benchmarks {

inline constexpr const char* kArenaTasksAbsent = "built without oneTBB (libtbb-dev)";

class ArenaTasks : public InlineTasks {
public:
    using InlineTasks::InlineTasks;
};

[[nodiscard]] inline std::optional<std::string> lacks_arena() { return std::nullopt; }

}  // namespace benchmarks
