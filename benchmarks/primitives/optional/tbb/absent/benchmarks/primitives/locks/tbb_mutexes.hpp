// Stand-ins for the mutexes of oneTBB where it is not installed: described, never run.
#pragma once
#include <string_view>

namespace benchmarks {

inline constexpr std::string_view kTbbMutexesAbsent = "built without oneTBB (libtbb-dev)";

class TbbSpinMutex {
public:
    void lock() {}
    void unlock() {}
};
class TbbQueuingMutex : public TbbSpinMutex {};

}  // namespace benchmarks
