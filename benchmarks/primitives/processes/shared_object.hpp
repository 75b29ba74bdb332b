// One object in memory without a name, which forked children share with whoever made it.
#pragma once
#include <cerrno>
#include <new>
#include <sys/mman.h>
#include <system_error>

namespace benchmarks {

// For what a workload shares with children of its own: the memory of a team of threads is private to the process, and a forked
// child would write into a copy of it.
template <typename T>
class SharedObject {
public:
    SharedObject() {
        void* mapping = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (mapping == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
        object_ = new (mapping) T();
    }
    ~SharedObject() {
        object_->~T();
        ::munmap(object_, sizeof(T));
    }
    SharedObject(const SharedObject&) = delete;
    SharedObject& operator=(const SharedObject&) = delete;

    [[nodiscard]] T& operator*() const { return *object_; }
    [[nodiscard]] T* operator->() const { return object_; }

private:
    T* object_;
};

}  // namespace benchmarks
