// Mapping and unmapping of pages.
#include "harness/control/pages.hpp"

#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace latchmark::control {

std::size_t page_bytes() {
    static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return bytes;
}

Pages::Pages(std::size_t count) : count_(count) {
    void* const memory = ::mmap(nullptr, count * page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    // Refused by kernels that know no huge pages, which is as good.
    static_cast<void>(::madvise(memory, count * page_bytes(), MADV_NOHUGEPAGE));
    begin_ = static_cast<std::byte*>(memory);
}

Pages::~Pages() { ::munmap(begin_, count_ * page_bytes()); }

}  // namespace latchmark::control
