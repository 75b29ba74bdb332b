// One measuring runner per host.
#include "harness/runner/host_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {

namespace {

struct Address {
    sockaddr_un bytes{};
    socklen_t size = 0;
};

// A leading zero byte makes a name abstract: not a file.
Address address_of(const std::string& name) {
    Address address;
    address.bytes.sun_family = AF_UNIX;
    const std::size_t length = std::min(name.size(), sizeof address.bytes.sun_path - 1);
    std::memcpy(address.bytes.sun_path + 1, name.data(), length);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
    return address;
}

// Who listens at the name, as the kernel noted it; unknown when too many have asked before.
std::optional<pid_t> holder_of(const Address& address) {
    const int asking = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (asking < 0) return std::nullopt;
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool is_known = connect(asking, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0 &&
                          getsockopt(asking, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0;
    close(asking);
    return is_known ? std::optional(peer.pid) : std::nullopt;
}

}  // namespace

HostLock::HostLock(const std::string& name) : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const Address address = address_of(name);
    // Nobody is ever accepted: listening only lets others learn our process id.
    constexpr int kAskers = 64;
    if (socket_ >= 0 && bind(socket_, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0 &&
        listen(socket_, kAskers) == 0)
        return;
    const int error = errno;
    if (socket_ >= 0) close(socket_);
    if (error != EADDRINUSE) throw InfrastructureError(std::string("cannot take the host lock: ") + std::strerror(error));
    const auto holder = holder_of(address);
    throw InfrastructureError("another latchmark is measuring on this host" +
                              (holder ? " (pid " + std::to_string(*holder) + ")" : "") + ": wait for it");
}

HostLock::~HostLock() { close(socket_); }

}  // namespace latchmark::runner
