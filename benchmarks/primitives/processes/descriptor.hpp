// A file descriptor that is closed when its owner goes, and system calls that throw when they fail.
#pragma once
#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace benchmarks {

// For calls that answer below zero when they fail and leave the reason in errno.
template <typename Result>
Result checked(Result result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

// For calls that answer with the reason itself, as those of pthreads and posix_spawn do.
inline void throw_unless_zero(int error, const char* call) {
    if (error != 0) throw std::system_error(error, std::generic_category(), call);
}

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_ = -1;  // -1: none
};

}  // namespace benchmarks
