// Private memory that a process really holds: what a fork has to copy the page tables of.
#pragma once
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace benchmarks {

enum class Pages { small, huge };

class ResidentMemory {
public:
    // Whether huge pages come is the kernel's decision; ask process_memory.hpp how many did.
    ResidentMemory(std::size_t bytes, Pages pages) : bytes_(bytes) {
        void* mapping = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapping == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
        mapping_ = static_cast<std::byte*>(mapping);
        // Asked either way: a system that gives huge pages to everybody would make both variants the same. A kernel without huge
        // pages refuses both, and small ones are what it has.
        ::madvise(mapping_, bytes_, pages == Pages::huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
        const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        for (std::size_t at = 0; at < bytes_; at += page_bytes) mapping_[at] = std::byte{1};
    }
    ~ResidentMemory() { ::munmap(mapping_, bytes_); }
    ResidentMemory(const ResidentMemory&) = delete;
    ResidentMemory& operator=(const ResidentMemory&) = delete;

    [[nodiscard]] std::byte* begin() const { return mapping_; }  // of a page

private:
    std::size_t bytes_;
    std::byte* mapping_ = nullptr;
};

// The number that follows a name in a file of the kernel, or that the file begins with. None: the file does not say.
[[nodiscard]] inline std::optional<std::uint64_t> number_in(const char* path, const std::string& name = {}) {
    std::ifstream file(path);
    std::string word;
    while (word != name && file >> word) {
    }
    std::uint64_t number = 0;
    if (file >> number) return number;
    return std::nullopt;
}

// Bytes that this process could still take: what the machine has left, or what its container has, where that is less. Files that
// were read are charged to a container, and given back when memory is wanted.
[[nodiscard]] inline std::uint64_t available_memory_bytes() {
    const auto machine_kib = number_in("/proc/meminfo", "MemAvailable:");
    const std::uint64_t available = machine_kib ? *machine_kib * 1024 : UINT64_MAX;
    const auto limit = number_in("/sys/fs/cgroup/memory.max");  // none where it says "max"
    if (!limit) return available;
    const std::uint64_t files = number_in("/sys/fs/cgroup/memory.stat", "inactive_file").value_or(0);
    const std::uint64_t used = number_in("/sys/fs/cgroup/memory.current").value_or(0);
    return std::min(available, *limit + files - std::min(*limit + files, used));
}

// Why so much cannot be held, if so. Trying would wake the killer of processes instead of failing.
[[nodiscard]] inline std::optional<std::string> lacks_memory_for(std::uint64_t bytes) {
    const std::uint64_t available = available_memory_bytes();
    if (available >= bytes) return std::nullopt;
    return "its largest point takes " + std::to_string(bytes >> 20U) + " MiB of memory, and " + std::to_string(available >> 20U) +
           " MiB are available";
}

// Why memory cannot be had in huge pages, if so.
[[nodiscard]] inline std::optional<std::string> lacks_huge_pages() {
    const char* path = "/sys/kernel/mm/transparent_hugepage/enabled";
    std::ifstream file(path);
    std::string choices;
    if (!std::getline(file, choices)) return std::string("this kernel has no transparent huge pages: cannot read ") + path;
    if (choices.find("[never]") != std::string::npos)
        return std::string("this kernel is told to give no huge pages: ") + path + " says never";
    return std::nullopt;
}

}  // namespace benchmarks
