// An io_uring with one operation in flight, made with the system calls themselves: the library would save no call here.
#pragma once
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/io_uring.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

// A part of the ring that the kernel shares with its user.
class UringMapping {
public:
    UringMapping(const Descriptor& ring, std::size_t bytes, off_t what)
        : bytes_(bytes), address_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.get(), what)) {
        if (address_ == MAP_FAILED) throw_failed("mmap of an io_uring");
    }
    UringMapping(const UringMapping&) = delete;
    UringMapping& operator=(const UringMapping&) = delete;
    ~UringMapping() { ::munmap(address_, bytes_); }

    template <typename T>
    [[nodiscard]] T* at(std::size_t offset) const {
        return reinterpret_cast<T*>(static_cast<std::byte*>(address_) + offset);
    }

private:
    std::size_t bytes_;
    void* address_;
};

class Uring {
public:
    // Submits one operation and waits until it has ended: what it returned, or minus its errno.
    [[nodiscard]] int perform(std::uint8_t operation, int descriptor, const void* address, std::size_t bytes) {
        io_uring_sqe& entry = *entries_.at<io_uring_sqe>(0);
        entry = {};
        entry.opcode = operation;
        entry.fd = descriptor;
        entry.addr = reinterpret_cast<std::uintptr_t>(address);
        entry.len = static_cast<std::uint32_t>(bytes);
        const std::atomic_ref<std::uint32_t> submitted(*rings_.at<std::uint32_t>(parameters_.sq_off.tail));
        submitted.store(submitted.load(std::memory_order_relaxed) + 1, std::memory_order_release);  // the entry before its number
        return result();
    }

private:
    static constexpr unsigned kEntries = 1;

    [[nodiscard]] static Descriptor made(io_uring_params& parameters) {
        const long ring = ::syscall(SYS_io_uring_setup, kEntries, &parameters);  // closed on exec without being asked
        Descriptor owned(static_cast<int>(checked(ring, "io_uring_setup")));
        // Came with sends and receives, and after the one mapping for both rings.
        if ((parameters.features & IORING_FEAT_RW_CUR_POS) == 0) throw std::runtime_error("io_uring: needs Linux 5.6");
        return owned;
    }

    // Both rings lie in one mapping; the larger one ends it.
    [[nodiscard]] static std::size_t ring_bytes(const io_uring_params& parameters) {
        const std::size_t submissions = parameters.sq_off.array + parameters.sq_entries * sizeof(std::uint32_t);
        const std::size_t completions = parameters.cq_off.cqes + parameters.cq_entries * sizeof(io_uring_cqe);
        return submissions > completions ? submissions : completions;
    }

    [[nodiscard]] int result() {
        const std::atomic_ref<std::uint32_t> completed(*rings_.at<std::uint32_t>(parameters_.cq_off.tail));
        const std::atomic_ref<std::uint32_t> taken(*rings_.at<std::uint32_t>(parameters_.cq_off.head));
        const std::uint32_t place = taken.load(std::memory_order_relaxed);  // nobody else writes it
        unsigned submissions = 1;
        while (completed.load(std::memory_order_acquire) == place) {  // pairs with the kernel, which writes the result before
            const long accepted = ::syscall(SYS_io_uring_enter, ring_.get(), submissions, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
            if (accepted < 0) try_again_or_throw("io_uring_enter");
            if (accepted > 0) submissions = 0;
        }
        const std::uint32_t mask = *rings_.at<std::uint32_t>(parameters_.cq_off.ring_mask);
        const int result = rings_.at<io_uring_cqe>(parameters_.cq_off.cqes)[place & mask].res;
        taken.store(place + 1, std::memory_order_release);  // the result is read before its place is given back
        return result;
    }

    io_uring_params parameters_{};
    Descriptor ring_ = made(parameters_);
    UringMapping rings_{ring_, ring_bytes(parameters_), IORING_OFF_SQ_RING};
    // One entry: its number in the ring of submissions is always 0, as the kernel left it.
    UringMapping entries_{ring_, kEntries * sizeof(io_uring_sqe), IORING_OFF_SQES};
};

}  // namespace benchmarks
