// Messages whose pages are put into a pipe instead of being copied there; the receiver copies them out.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <stdexcept>
#include <sys/uio.h>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/channels/duplex.hpp"
#include "benchmarks/primitives/channels/kernel_buffer.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// A page must not be written again before it has been read. The pipe says so by its length: it holds a page in each place, so
// what was put in that many places ago has been taken out. Each end writes into so many messages in turn.
class VmsplicedPipeChannel {
public:
    static constexpr unsigned kCopies = 1;  // out of the sender's pages

    VmsplicedPipeChannel(const latchmark::Setting& setting, std::size_t message_bytes)
        : pipes_(pipes<0>()),
          turns_(turns_of(pipes_, message_bytes)),
          outgoing_(2 * turns_, message_bytes, setting.memory),
          incoming_(2, message_bytes, setting.memory) {
        try_out();
    }

    [[nodiscard]] Words outgoing(std::size_t end) { return outgoing_[end * turns_ + sent_[end].value % turns_]; }

    void send(std::size_t end) {
        const auto message = std::as_writable_bytes(outgoing(end));
        iovec rest{message.data(), message.size()};
        while (rest.iov_len > 0) {
            const ssize_t bytes = ::vmsplice(pipes_.writes[end], &rest, 1, 0);
            if (bytes < 0) {
                try_again_or_throw("vmsplice");
                continue;
            }
            rest.iov_base = static_cast<std::byte*>(rest.iov_base) + bytes;
            rest.iov_len -= static_cast<std::size_t>(bytes);
        }
        ++sent_[end].value;
    }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        const Words message = incoming_[end];
        read_whole(pipes_.reads[end], std::as_writable_bytes(message));
        return message;
    }
    void release(std::size_t /*end*/) {}

private:
    // The message being written, and as many more as fill the pipe. By the kernel's pages, which are 64 KiB on some Arm systems:
    // counted in smaller ones a message would seem to fill more of the pipe than it does, and be overwritten before it is read.
    [[nodiscard]] static std::size_t turns_of(const Duplex& pipes, std::size_t message_bytes) {
        const auto bytes = static_cast<std::size_t>(checked(::fcntl(pipes.writes[0], F_GETPIPE_SZ), "fcntl F_GETPIPE_SZ"));
        const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        const std::size_t places = bytes / page_bytes;
        const std::size_t pages_each = (words_of(message_bytes) * sizeof(std::uint64_t) + page_bytes - 1) / page_bytes;
        return 1 + (places + pages_each - 1) / pages_each;
    }

    // Some sandboxes have pipes but no vmsplice.
    void try_out() {
        std::uint64_t word = 0;
        const iovec one{&word, sizeof(word)};
        checked(::vmsplice(pipes_.writes[0], &one, 1, 0), "vmsplice");
        std::uint64_t read = 0;
        read_whole(pipes_.reads[1], std::as_writable_bytes(Words(&read, 1)));
    }

    Duplex pipes_;
    std::size_t turns_;
    MessageBuffers outgoing_;
    MessageBuffers incoming_;
    std::array<latchmark::Isolated<std::uint64_t>, 2> sent_{};  // messages, by each end
};

}  // namespace benchmarks
