// Messages through POSIX message queues, one each way.
#pragma once
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <mqueue.h>
#include <span>
#include <string>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// A queue without a name, of the system's default length. Names are all that the call knows, so it has one for a moment: always
// the same one, so that whoever comes next takes it away if this process is killed just then.
[[nodiscard]] inline Descriptor nameless_queue() {
    const std::string name = "/latchmark-" + std::to_string(::getuid());
    for (;;) {
        // One that cannot be taken away, such as another user's of the same number, would be in the way for ever.
        if (::mq_unlink(name.c_str()) < 0 && errno != ENOENT) throw_failed("mq_unlink");
        // A mqd_t is a descriptor on Linux, closed on exec without being asked.
        const mqd_t queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, nullptr);
        if (queue < 0 && errno == EEXIST) continue;  // another process is as far as this one
        Descriptor owned(checked(queue, "mq_open"));
        ::mq_unlink(name.c_str());
        return owned;
    }
}

// Larger messages go in pieces of what the queue takes, 8 KiB by default.
class MessageQueueChannel {
public:
    static constexpr unsigned kCopies = 2;  // into the kernel and out of it

    MessageQueueChannel(const latchmark::Setting& setting, std::size_t message_bytes)
        : queues_{nameless_queue(), nameless_queue()},
          largest_piece_(piece_of(queues_[0])),
          words_(words_of(message_bytes)),
          // The call asks for room for a piece of any size, however small the last one is.
          buffers_(4, message_bytes + largest_piece_ / sizeof(Page) * sizeof(Page) + sizeof(Page), setting.memory) {}

    [[nodiscard]] Words outgoing(std::size_t end) { return buffers_[end].first(words_); }

    void send(std::size_t end) {
        auto message = std::as_bytes(outgoing(end));
        while (!message.empty()) {
            const auto piece = message.first(std::min(message.size(), largest_piece_));
            const int sent = ::mq_send(queues_[end].get(), reinterpret_cast<const char*>(piece.data()), piece.size(), 0);
            if (sent == 0)
                message = message.subspan(piece.size());
            else
                try_again_or_throw("mq_send");
        }
    }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        const ConstWords message = buffers_[2 + end].first(words_);
        auto room = std::as_writable_bytes(buffers_[2 + end]);
        for (std::size_t received = 0; received < message.size_bytes();) {
            const ssize_t bytes =
                ::mq_receive(queues_[1 - end].get(), reinterpret_cast<char*>(room.data()), room.size(), nullptr);
            if (bytes >= 0) {
                received += static_cast<std::size_t>(bytes);
                room = room.subspan(static_cast<std::size_t>(bytes));
            } else {
                try_again_or_throw("mq_receive");
            }
        }
        return message;
    }
    void release(std::size_t /*end*/) {}

private:
    [[nodiscard]] static std::size_t piece_of(const Descriptor& queue) {
        mq_attr attributes{};
        checked(::mq_getattr(queue.get(), &attributes), "mq_getattr");
        return static_cast<std::size_t>(attributes.mq_msgsize);
    }

    std::array<Descriptor, 2> queues_;  // written by end 0, and by end 1
    std::size_t largest_piece_;
    std::size_t words_;
    MessageBuffers buffers_;  // two to send from, two to receive into
};

}  // namespace benchmarks
