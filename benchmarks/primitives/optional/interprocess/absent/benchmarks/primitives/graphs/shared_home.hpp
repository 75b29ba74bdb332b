// Stand-in for the home of shared graphs where Boost.Interprocess is not installed: described, never run.
#pragma once
#include <cstddef>
#include <string_view>

#include "benchmarks/primitives/graphs/own_home.hpp"

namespace benchmarks {

inline constexpr std::string_view kSharedHomeAbsent = "built without Boost.Interprocess (libboost-dev)";

class SharedHome : public OwnHome {
public:
    SharedHome(std::byte* /*block*/, std::size_t /*bytes*/) {}
};

}  // namespace benchmarks
