// The lock that does not lock: for the floor that locks are compared with.
#pragma once

namespace benchmarks {

// Guards nothing, so only what belongs to one worker may be put behind it.
struct NoLock {
    void lock() {}
    void unlock() {}
};

}  // namespace benchmarks
