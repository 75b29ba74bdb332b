// Messages that go through a buffer of the kernel: written there by one end, read from there by the other.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/channels/duplex.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Reads until the message is whole. One that is larger than the buffer in between comes in parts.
inline void read_whole(int from, std::span<std::byte> message) {
    while (!message.empty()) {
        const ssize_t bytes = ::read(from, message.data(), message.size());
        if (bytes == 0) throw std::runtime_error("read: the other end is closed");
        if (bytes > 0)
            message = message.subspan(static_cast<std::size_t>(bytes));
        else
            try_again_or_throw("read");
    }
}

inline void write_whole(int to, std::span<const std::byte> message, std::size_t largest_piece) {
    while (!message.empty()) {
        const ssize_t bytes = ::write(to, message.data(), std::min(message.size(), largest_piece));
        if (bytes >= 0)
            message = message.subspan(static_cast<std::size_t>(bytes));
        else
            try_again_or_throw("write");
    }
}

// Whether an end sleeps or tries again while it has to wait is a matter of the descriptors.
template <Duplex (&Open)()>
class KernelBuffer {
public:
    static constexpr unsigned kCopies = 2;  // into the kernel and out of it

    KernelBuffer(const latchmark::Setting& setting, std::size_t message_bytes)
        : duplex_(Open()), buffers_(4, message_bytes, setting.memory) {}

    [[nodiscard]] Words outgoing(std::size_t end) { return buffers_[end]; }
    void send(std::size_t end) { write_whole(duplex_.writes[end], std::as_bytes(outgoing(end)), duplex_.largest_piece); }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        const Words message = buffers_[2 + end];
        read_whole(duplex_.reads[end], std::as_writable_bytes(message));
        return message;
    }
    void release(std::size_t /*end*/) {}

private:
    Duplex duplex_;
    MessageBuffers buffers_;  // two to send from, two to receive into
};

using PipeChannel = KernelBuffer<pipes<0>>;
using SpinningPipeChannel = KernelBuffer<spinning_pipes>;
using UnixStreamChannel = KernelBuffer<unix_pair<SOCK_STREAM>>;
using UnixSeqpacketChannel = KernelBuffer<unix_pair<SOCK_SEQPACKET>>;
using UnixDatagramChannel = KernelBuffer<unix_pair<SOCK_DGRAM>>;
using TcpChannel = KernelBuffer<tcp_pair>;

}  // namespace benchmarks
