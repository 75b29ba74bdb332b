// Messages over a Unix stream socket, sent and received by io_uring.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/io_uring.h>
#include <span>
#include <stdexcept>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/channels/duplex.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "benchmarks/primitives/channels/uring.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// One operation at a time and a system call for each, as the sockets without it have: what a ring costs, not what batches save.
class UringStreamChannel {
public:
    static constexpr unsigned kCopies = 2;  // into the kernel and out of it

    UringStreamChannel(const latchmark::Setting& setting, std::size_t message_bytes)
        : sockets_(unix_pair<SOCK_STREAM>()), buffers_(4, message_bytes, setting.memory) {}

    [[nodiscard]] Words outgoing(std::size_t end) { return buffers_[end]; }
    void send(std::size_t end) {
        perform_whole(end, IORING_OP_SEND, sockets_.writes[end], std::as_writable_bytes(outgoing(end)));
    }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        const Words message = buffers_[2 + end];
        perform_whole(end, IORING_OP_RECV, sockets_.reads[end], std::as_writable_bytes(message));
        return message;
    }
    void release(std::size_t /*end*/) {}

private:
    void perform_whole(std::size_t end, std::uint8_t operation, int socket, std::span<std::byte> message) {
        while (!message.empty()) {
            const int bytes = rings_[end].perform(operation, socket, message.data(), message.size());
            if (bytes == 0) throw std::runtime_error("io_uring: the other end is closed");
            if (bytes > 0)
                message = message.subspan(static_cast<std::size_t>(bytes));
            else
                try_again_or_throw("an operation of io_uring", -bytes);
        }
    }

    Duplex sockets_;
    MessageBuffers buffers_;  // two to send from, two to receive into
    std::array<Uring, 2> rings_;
};

}  // namespace benchmarks
