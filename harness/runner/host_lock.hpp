// One measuring runner per host: two at once would measure each other.
#pragma once
#include <string>

namespace latchmark::runner {

// Holds a name that vanishes with the process, however it ends: an abstract Unix socket leaves no file behind. It holds for one
// network namespace, so containers do not see each other's.
class HostLock {
public:
    // Throws InfrastructureError naming the holder when another process has it.
    explicit HostLock(const std::string& name = "latchmark");
    ~HostLock();
    HostLock(const HostLock&) = delete;
    HostLock& operator=(const HostLock&) = delete;

private:
    int socket_ = -1;
};

}  // namespace latchmark::runner
