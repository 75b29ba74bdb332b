// The memory of a team: one zeroed mapping that is shared with worker processes when the team has them.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory_resource>

#include "latchmark/base/setting.hpp"

namespace latchmark::measure {

// Hands out zeroed, already touched memory front to back and takes nothing back: a launch builds one workload and ends.
// The mapping has no name, so nothing can be left in /dev/shm and its size does not bound it.
class Arena final : public std::pmr::memory_resource {
public:
    // Throws std::system_error when the mapping is refused. Pages are taken from the system only when they are handed out.
    Arena(std::size_t capacity, Team team);
    ~Arena() override;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // What is handed out next starts on a page of which nothing has been handed out.
    void skip_to_next_page();

    [[nodiscard]] void* address() const { return mapping_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

    std::size_t capacity_;
    std::byte* mapping_ = nullptr;
    // Lies inside the mapping: worker processes that allocate must not hand out the same bytes twice.
    std::atomic<std::size_t>* used_ = nullptr;
};

}  // namespace latchmark::measure
