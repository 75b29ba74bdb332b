// Messages that the receiver copies out of the sender's memory itself, with process_vm_readv.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benchmarks/primitives/channels/counts.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "benchmarks/primitives/channels/shared_ring.hpp"
#include "benchmarks/primitives/processes/child.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// 0, or the errno of what went wrong.
[[nodiscard]] inline int read_remote(pid_t process, const void* from, std::span<std::byte> to) {
    while (!to.empty()) {
        const iovec local{to.data(), to.size()};
        const iovec remote{const_cast<void*>(from), to.size()};
        const ssize_t bytes = ::process_vm_readv(process, &local, 1, &remote, 1, 0);
        if (bytes <= 0) return bytes < 0 ? errno : EFAULT;
        to = to.subspan(static_cast<std::size_t>(bytes));
        from = static_cast<const std::byte*>(from) + bytes;
    }
    return 0;
}

// Where Yama lets only ancestors look into a process, that process may let others; elsewhere nobody asks, and this fails.
inline void let_others_read() { ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); }

// Whose memory to read is told in shared memory, and that there is something to read by a futex: the message itself is copied
// once, by the kernel, from process to process.
class RemoteReadChannel {
public:
    static constexpr unsigned kCopies = 1;

    RemoteReadChannel(const latchmark::Setting& setting, std::size_t message_bytes)
        : places_(std::max<std::size_t>(2, std::bit_floor(kRingBytes / (pages_of(message_bytes) * sizeof(Page))))),
          outgoing_(2 * places_, message_bytes, setting.memory),
          incoming_(2, message_bytes, setting.memory),
          ways_{Way(setting), Way(setting)} {
        try_out();
    }

    [[nodiscard]] Words outgoing(std::size_t end) {
        Way& way = ways_[end];
        const std::uint64_t number = way.sent.raised();
        if (number == 0) introduce(way);
        if (number >= places_) way.released.wait_until(number - places_ + 1);
        return place(end, number);
    }
    void send(std::size_t end) { ways_[end].sent.raise(); }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        Way& way = ways_[1 - end];
        const std::uint64_t number = way.released.raised();
        way.sent.wait_until(number + 1);
        const Words message = incoming_[end];
        const void* const from = place(1 - end, number).data();
        int error = read_remote(way.sender, from, std::as_writable_bytes(message));
        // A sender whose work is done may have gone with its last messages unread. The launch keeps their memory: what is shared
        // with it is read from this process then, by the same call.
        if (error == ESRCH) error = read_remote(::getpid(), from, std::as_writable_bytes(message));
        throw_unless_zero(error, "process_vm_readv");
        return message;
    }
    // The copy is the receiver's own, but the place it was copied from is the sender's again.
    void release(std::size_t end) { ways_[1 - end].released.raise(); }

private:
    struct Way {
        explicit Way(const latchmark::Setting& setting) : sent(setting), released(setting) {}
        FutexCount sent;
        FutexCount released;
        pid_t sender = 0;  // told with the first message
    };

    // In the process of the end, which does not exist when the channel is built.
    static void introduce(Way& way) {
        way.sender = ::getpid();
        let_others_read();
    }

    // The address is the same in both processes, since both were forked after it was allocated.
    [[nodiscard]] Words place(std::size_t way, std::uint64_t number) {
        return outgoing_[way * places_ + (number & (places_ - 1))];
    }

    // Sandboxes forbid the call, and systems forbid it between processes only: another one has to try.
    static void try_out() {
        let_others_read();
        static constexpr std::uint64_t kHere = 1;
        const pid_t self = ::getpid();
        Child other([self] {
            std::uint64_t there = 0;
            ::_exit(read_remote(self, &kHere, std::as_writable_bytes(Words(&there, 1))));
        });
        const int status = other.wait();
        if (!WIFEXITED(status)) throw std::runtime_error("process_vm_readv: whoever tried it was killed");
        throw_unless_zero(WEXITSTATUS(status), "process_vm_readv");
    }

    std::size_t places_;
    MessageBuffers outgoing_;
    MessageBuffers incoming_;
    std::array<Way, 2> ways_;
};

}  // namespace benchmarks
