// Small pages of one's own, never touched before.
#pragma once
#include <cstddef>

namespace latchmark::control {

// The size that the kernel counts a fault for.
[[nodiscard]] std::size_t page_bytes();

class Pages {
public:
    // Throws std::bad_alloc. Huge pages are declined: one fault, and one entry of the TLB, would serve hundreds.
    explicit Pages(std::size_t count);
    ~Pages();
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;

    [[nodiscard]] std::size_t count() const { return count_; }
    // The first byte of a page.
    [[nodiscard]] std::byte* operator[](std::size_t page) const { return begin_ + page * page_bytes(); }

private:
    std::size_t count_;
    std::byte* begin_;
};

}  // namespace latchmark::control
