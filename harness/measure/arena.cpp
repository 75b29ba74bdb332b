// Maps, hands out and unmaps the memory of a team.
#include "harness/measure/arena.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include "latchmark/base/isolated.hpp"

namespace latchmark::measure {

Arena::Arena(std::size_t capacity, Team team) : capacity_(capacity) {
    const int sharing = team == Team::processes ? MAP_SHARED : MAP_PRIVATE;
    void* mapping = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "cannot map the team's memory");
    // Private memory may get huge pages where shared memory does not: threads and processes would not be alike.
    ::madvise(mapping, capacity, MADV_NOHUGEPAGE);
    mapping_ = static_cast<std::byte*>(mapping);
    used_ = new (mapping_) std::atomic<std::size_t>(kIsolationSize);
}

Arena::~Arena() { ::munmap(mapping_, capacity_); }

void Arena::skip_to_next_page() {
    const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    // relaxed: called while no team runs
    const std::size_t used = used_->load(std::memory_order_relaxed);
    used_->store((used + page_bytes - 1) / page_bytes * page_bytes, std::memory_order_relaxed);
}

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
    // relaxed: the order of two allocations does not matter, only that they do not overlap
    std::size_t used = used_->load(std::memory_order_relaxed);
    std::size_t begin = 0;
    do {
        begin = (used + alignment - 1) / alignment * alignment;
        if (bytes > capacity_ || begin > capacity_ - bytes) throw std::bad_alloc();
    } while (!used_->compare_exchange_weak(used, begin + bytes, std::memory_order_relaxed));
    // Touched by whoever allocates, who is pinned: the pages lie on that CPU's node and a window sees no first-touch fault.
    return std::memset(mapping_ + begin, 0, bytes);
}

}  // namespace latchmark::measure
