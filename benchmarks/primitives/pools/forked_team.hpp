// A team of forked processes and the memory they share, for tests of what works between processes.
#pragma once
#include <cerrno>
#include <cstddef>
#include <memory_resource>
#include <sys/mman.h>
#include <system_error>
#include <vector>

#include "benchmarks/primitives/processes/child.hpp"

namespace benchmarks {

// Zeroed, without a name, and taken from the system only as far as it is used.
class SharedMemory {
public:
    SharedMemory() {
        if (mapping_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    }
    ~SharedMemory() { ::munmap(mapping_, kBytes); }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    [[nodiscard]] std::pmr::memory_resource* resource() { return &memory_; }

private:
    static constexpr std::size_t kBytes = std::size_t{64} << 20U;

    void* mapping_ = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    std::pmr::monotonic_buffer_resource memory_{mapping_, kBytes, std::pmr::null_memory_resource()};
};

// Runs `body(worker)` in a process for each worker and waits for all. False: one of them failed.
template <typename Body>
[[nodiscard]] bool run_forked(std::size_t workers, Body body) {
    std::vector<Child> children;
    for (std::size_t worker = 0; worker < workers; ++worker) children.emplace_back([&body, worker] { body(worker); });
    bool is_well = true;
    for (auto& child : children) is_well = child.wait() == 0 && is_well;
    return is_well;
}

}  // namespace benchmarks
