// Messages in memory that is handed over: the receiver gets a descriptor of it, maps it, reads it and lets go.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/channels/counts.hpp"
#include "benchmarks/primitives/channels/duplex.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Populated at once: one call is cheaper than a fault for each page, and every page will be read.
[[nodiscard]] inline void* map_shared(const Descriptor& memory, std::size_t bytes, int protection) {
    void* const address = ::mmap(nullptr, bytes, protection, MAP_SHARED | MAP_POPULATE, memory.get(), 0);
    if (address == MAP_FAILED) throw_failed("mmap of a memfd");
    return address;
}

// A message of one byte that carries a descriptor.
union DescriptorRoom {
    cmsghdr header;  // for its alignment
    std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

inline void send_descriptor(int socket, int descriptor) {
    DescriptorRoom room;
    char byte = 0;
    iovec data{&byte, 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = room.bytes.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    while (::sendmsg(socket, &message, 0) < 0) try_again_or_throw("sendmsg of a descriptor");
}

[[nodiscard]] inline Descriptor receive_descriptor(int socket) {
    DescriptorRoom room;
    char byte = 0;
    iovec data{&byte, 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = room.bytes.size();
    while (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0) try_again_or_throw("recvmsg of a descriptor");
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    // A process that may have no more descriptors gets the byte alone.
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS) throw std::runtime_error("recvmsg: no descriptor came with it");
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof(int));
    return Descriptor(descriptor);
}

// The sender keeps its own mapping of a few pieces of memory and writes them in turn.
class HandedOverMemfdChannel {
public:
    static constexpr unsigned kCopies = 0;

    HandedOverMemfdChannel(const latchmark::Setting& setting, std::size_t message_bytes)
        : words_(words_of(message_bytes)), sockets_(unix_pair<SOCK_SEQPACKET>()), ways_{Way(setting), Way(setting)} {
        for (Way& way : ways_)
            for (Piece& piece : way.pieces) piece.make(message_bytes);
    }

    [[nodiscard]] Words outgoing(std::size_t end) {
        Way& way = ways_[end];
        if (way.sent >= kPieces) way.released.wait_until(way.sent - kPieces + 1);
        return {static_cast<std::uint64_t*>(way.next().address), words_};
    }
    void send(std::size_t end) {
        Way& way = ways_[end];
        send_descriptor(sockets_.writes[end], way.next().memory.get());
        ++way.sent;
    }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        // The descriptor has done its duty once the memory is mapped.
        const Descriptor memory = receive_descriptor(sockets_.reads[end]);
        void*& received = ways_[1 - end].received.value;
        received = map_shared(memory, bytes(), PROT_READ);
        return {static_cast<const std::uint64_t*>(received), words_};
    }
    void release(std::size_t end) {
        Way& way = ways_[1 - end];
        checked(::munmap(way.received.value, bytes()), "munmap");
        way.released.raise();
    }

private:
    static constexpr std::size_t kPieces = 2;  // one written while another is read: each costs a descriptor and its memory

    struct Piece {
        Piece() = default;
        Piece(const Piece&) = delete;
        Piece& operator=(const Piece&) = delete;
        ~Piece() {
            if (address != nullptr) ::munmap(address, bytes);
        }
        void make(std::size_t message_bytes) {
            memory = Descriptor(checked(::memfd_create("message", MFD_CLOEXEC), "memfd_create"));
            checked(::ftruncate(memory.get(), static_cast<off_t>(message_bytes)), "ftruncate of a memfd");
            address = map_shared(memory, message_bytes, PROT_READ | PROT_WRITE);
            bytes = message_bytes;
        }

        Descriptor memory;
        void* address = nullptr;  // the sender's
        std::size_t bytes = 0;
    };
    struct Way {
        explicit Way(const latchmark::Setting& setting) : released(setting) {}
        [[nodiscard]] Piece& next() { return pieces[sent % kPieces]; }

        FutexCount released;
        // The receiving end's own, in its process: nobody else may unmap it.
        latchmark::Isolated<void*> received;
        std::array<Piece, kPieces> pieces;
        std::uint64_t sent = 0;  // the sending end's own
    };

    [[nodiscard]] std::size_t bytes() const { return words_ * sizeof(std::uint64_t); }

    std::size_t words_;
    Duplex sockets_;
    std::array<Way, 2> ways_;  // from end 0, and from end 1
};

}  // namespace benchmarks
