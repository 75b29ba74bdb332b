// Messages that stay where they were written: only their place is handed over.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "benchmarks/primitives/channels/channel.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "benchmarks/primitives/pools/mutex_queue.hpp"
#include "benchmarks/primitives/pools/ticket_ring.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// One message each way: whoever sends has received the answer to the one before. So releasing needs no signal.
//
// A pointer, through the queue of a thread pool. The messages are private memory of the process, as in any program with threads.
class HandedPointer {
public:
    static constexpr unsigned kCopies = 0;

    HandedPointer(const latchmark::Setting& setting, std::size_t message_bytes)
        : words_(words_of(message_bytes)),
          messages_(2, message_bytes, std::pmr::new_delete_resource()),
          queues_{Queue(2, setting), Queue(2, setting)} {}

    [[nodiscard]] Words outgoing(std::size_t end) { return messages_[end]; }
    void send(std::size_t end) { queues_[end].push(messages_[end].data()); }
    [[nodiscard]] ConstWords receive(std::size_t end) { return {queues_[1 - end].pop(), words_}; }
    void release(std::size_t /*end*/) {}

private:
    using Queue = MutexQueue<const std::uint64_t*>;

    std::size_t words_;
    MessageBuffers messages_;
    std::array<Queue, 2> queues_;  // of what each end sends
};

// An offset into memory that both ends share, through a ring in the same memory: an address would mean something else to a
// process that maps it elsewhere.
class HandedOffset {
public:
    static constexpr unsigned kCopies = 0;

    HandedOffset(const latchmark::Setting& setting, std::size_t message_bytes)
        : words_(words_of(message_bytes)),
          messages_(2, message_bytes, setting.memory),
          rings_{Ring(2, setting), Ring(2, setting)} {}

    [[nodiscard]] Words outgoing(std::size_t end) { return messages_[end]; }
    void send(std::size_t end) { rings_[end].push(messages_[end].data() - messages_[0].data()); }
    [[nodiscard]] ConstWords receive(std::size_t end) { return {messages_[0].data() + rings_[1 - end].pop(), words_}; }
    void release(std::size_t /*end*/) {}

private:
    using Ring = TicketRing<std::ptrdiff_t>;

    std::size_t words_;
    MessageBuffers messages_;
    std::array<Ring, 2> rings_;  // of what each end sends
};

}  // namespace benchmarks
