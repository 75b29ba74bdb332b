// A child process that never outlives who made it, and is always waited for.
#pragma once
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace benchmarks {

class Child {
public:
    Child() = default;

    // Runs `body()` in a forked child, which then ends without running destructors: they belong to the parent. Only the calling
    // thread is there in the child, so the body must not wait for a lock that another thread may have held.
    template <typename Body>
    explicit Child(Body body) {
        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
        if (pid_ > 0) return;
        // Dies with the thread that made it, however that dies. The parent may have died before the request took effect.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        try {
            body();
        } catch (...) {
            ::_exit(1);  // not thrown on: the parent's handlers would run here, in its child
        }
        ::_exit(0);
    }

    Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    Child& operator=(Child&& other) noexcept {
        std::swap(pid_, other.pid_);
        return *this;
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        kill();
        static_cast<void>(wait());
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

    void kill() const {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
    }

    // The status as of waitpid(); 0 when there is no child, or none any more.
    int wait() {
        int status = 0;
        const pid_t pid = std::exchange(pid_, 0);
        while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }

private:
    pid_t pid_ = 0;  // 0: none
};

}  // namespace benchmarks
