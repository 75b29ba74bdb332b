// Tasks and results as packets through the two directions of a pair of Unix sockets.
#pragma once
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <sys/socket.h>

#include "benchmarks/primitives/pools/task.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// SOCK_SEQPACKET keeps packets whole, so that executors can share an end: a stream would let two of them halve a task.
class SocketTasks {
public:
    explicit SocketTasks(const latchmark::Setting& /*setting*/) {
        std::array<int, 2> ends{};
        checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
        submitter_ = Descriptor(ends[0]);
        executors_ = Descriptor(ends[1]);
        int bytes = 0;
        socklen_t size = sizeof bytes;
        checked(::getsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &bytes, &size), "SO_SNDBUF");
        most_outstanding_ = std::max<std::size_t>(1, static_cast<std::size_t>(bytes) / kBytesOfPacket);
    }

    [[nodiscard]] std::size_t most_outstanding() const { return most_outstanding_; }
    void submit(const Task& task) { send(submitter_, task); }
    [[nodiscard]] Task take(std::size_t /*executor*/) { return receive<Task>(executors_); }
    void finish(std::size_t /*executor*/, const Done& done) { send(executors_, done); }
    [[nodiscard]] Done collect() { return receive<Done>(submitter_); }

    [[nodiscard]] bool try_collect(Done& done) {
        while (::recv(submitter_.get(), &done, sizeof done, MSG_DONTWAIT) != sizeof done) {
            if (errno == EAGAIN) return false;
            checked(errno == EINTR ? 0 : -1, "recv");
        }
        return true;
    }

private:
    // The kernel charges a packet's buffers to the socket, hundreds of bytes for the smallest one. A judgement on the safe side.
    static constexpr std::size_t kBytesOfPacket = 2048;

    template <typename Record>
    static void send(const Descriptor& end, const Record& record) {
        while (::send(end.get(), &record, sizeof record, MSG_NOSIGNAL) != sizeof record) checked(errno == EINTR ? 0 : -1, "send");
    }
    template <typename Record>
    [[nodiscard]] static Record receive(const Descriptor& end) {
        Record record;
        while (::recv(end.get(), &record, sizeof record, 0) != sizeof record) checked(errno == EINTR ? 0 : -1, "recv");
        return record;
    }

    Descriptor submitter_;
    Descriptor executors_;
    std::size_t most_outstanding_ = 0;
};

}  // namespace benchmarks
