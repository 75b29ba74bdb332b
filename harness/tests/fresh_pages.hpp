// Page faults that a test causes itself, one by one.
#pragma once
#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/counters/resolved_role.hpp"

namespace latchmark {

// Pages that the kernel has promised and not yet given. Mapping them is kept apart from touching them: a sanitizer maps shadow
// pages of its own.
class FreshPages {
public:
    static constexpr std::size_t kPages = 64;

    FreshPages() : page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
        void* memory = ::mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        bytes_ = static_cast<volatile char*>(memory);
        ::madvise(memory, size(), MADV_NOHUGEPAGE);  // one fault would bring several pages
    }
    ~FreshPages() { ::munmap(data(), size()); }
    FreshPages(const FreshPages&) = delete;
    FreshPages& operator=(const FreshPages&) = delete;

    // One page fault each, the first time.
    __attribute__((no_sanitize("thread", "address"))) void touch() {
        for (std::size_t page = 0; page < kPages; ++page) bytes_[page * page_size_] = 1;
    }

    // They are fresh again.
    void give_back() { ::madvise(data(), size(), MADV_DONTNEED); }

    [[nodiscard]] void* data() const { return const_cast<char*>(bytes_); }
    [[nodiscard]] std::size_t size() const { return kPages * page_size_; }

private:
    std::size_t page_size_;
    volatile char* bytes_ = nullptr;
};

// ThreadSanitizer keeps a trace of what a thread does, AddressSanitizer its stack frames, on fresh pages of the same thread.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kIsSanitized = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
inline constexpr bool kIsSanitized = false;
#endif

// How many faults beside its own a thread may see. An emulator translates our code on fresh pages of the same thread; it is known
// by having no perf_event_open at all.
[[nodiscard]] inline std::size_t foreign_faults() {
    const bool is_emulated = counters::resolve({"task_clock"}).front().status == counters::Status::no_pmu;
    return kIsSanitized || is_emulated ? FreshPages::kPages / 2 : 0;
}

}  // namespace latchmark
