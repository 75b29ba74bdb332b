// Pairs of descriptors through which two ends talk: pipes and sockets.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

struct Duplex {
    std::vector<Descriptor> owned;
    std::array<int, 2> reads;   // what end 0 and end 1 read from
    std::array<int, 2> writes;  // and write to
    std::size_t largest_piece = SIZE_MAX;
};

// One pipe each way. `Flags` are those of pipe2() beside O_CLOEXEC.
template <int Flags = 0>
[[nodiscard]] Duplex pipes() {
    Duplex duplex{};
    for (std::size_t end = 0; end < 2; ++end) {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_CLOEXEC | Flags), "pipe2");
        for (const int number : ends) duplex.owned.emplace_back(number);
        duplex.writes[end] = ends[1];
        duplex.reads[1 - end] = ends[0];
    }
    return duplex;
}

[[nodiscard]] inline Duplex spinning_pipes() { return pipes<O_NONBLOCK>(); }

// A packet must fit the send buffer together with what the kernel keeps about it; 32 KiB do wherever the defaults were not
// lowered to the least.
inline constexpr std::size_t kPacketBytes = std::size_t{32} * 1024;

template <int Type>
[[nodiscard]] Duplex unix_pair() {
    std::array<int, 2> ends{};
    checked(::socketpair(AF_UNIX, Type | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    Duplex duplex{.owned = {}, .reads = ends, .writes = ends, .largest_piece = Type == SOCK_STREAM ? SIZE_MAX : kPacketBytes};
    for (const int number : ends) duplex.owned.emplace_back(number);
    return duplex;
}

// A connection of this host to itself. Without TCP_NODELAY a message may wait for the acknowledgement of the one before.
[[nodiscard]] inline Duplex tcp_pair() {
    const Descriptor listener(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    checked(::bind(listener.get(), generic, size), "bind to 127.0.0.1");
    checked(::listen(listener.get(), 1), "listen on 127.0.0.1");
    checked(::getsockname(listener.get(), generic, &size), "getsockname");
    Descriptor client(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    checked(::connect(client.get(), generic, size), "connect to 127.0.0.1");
    Descriptor server(checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
    const std::array<int, 2> ends{client.get(), server.get()};
    for (const int number : ends) {
        const int yes = 1;
        checked(::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)), "setsockopt TCP_NODELAY");
    }
    Duplex duplex{.owned = {}, .reads = ends, .writes = ends};
    duplex.owned.push_back(std::move(client));
    duplex.owned.push_back(std::move(server));
    return duplex;
}

}  // namespace benchmarks
