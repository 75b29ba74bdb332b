// Stand-ins for the spin locks of ConcurrencyKit where it is not installed: described, never run.
#pragma once
#include <string_view>

namespace benchmarks {

inline constexpr std::string_view kCkSpinlocksAbsent = "built without ConcurrencyKit (libck-dev)";

class CkFasSpinlock {
public:
    void lock() {}
    void unlock() {}
};
class CkTicketSpinlock : public CkFasSpinlock {};

}  // namespace benchmarks
