// The ways to make something that runs by itself and is gone at once: a thread, a process, a program.
#pragma once
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/clock.hpp"

namespace benchmarks {

// What the one that is made leaves, in memory that forked children share. Atomic, because a process is joined by waitpid(), which
// orders nothing that the language knows of; release and acquire cost nothing beside a system call.
struct Birth {
    std::atomic<std::uint64_t> number{0};
    std::atomic<std::uint64_t> first_instruction_ns{0};

    void leave(std::uint64_t its_number) {
        first_instruction_ns.store(latchmark::now_ns(), std::memory_order_relaxed);  // published by the next line
        number.store(its_number, std::memory_order_release);
    }
};

// Each maker's make(number, birth) makes one, waits until it is gone, and returns when the call that made it had returned.
// kStamps: the one that was made leaves its number and the time of its first instruction.

class PosixThread {
public:
    static constexpr bool kStamps = true;

    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        Task task{number, &birth};
        pthread_t thread{};
        throw_unless_zero(::pthread_create(&thread, nullptr, run, &task), "pthread_create");
        const std::uint64_t called_ns = latchmark::now_ns();
        throw_unless_zero(::pthread_join(thread, nullptr), "pthread_join");
        return called_ns;
    }

private:
    struct Task {
        std::uint64_t number;
        Birth* birth;
    };
    static void* run(void* argument) {
        const auto* task = static_cast<Task*>(argument);
        task->birth->leave(task->number);
        return nullptr;
    }
};

class StdAsync {
public:
    static constexpr bool kStamps = true;

    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        auto done = std::async(std::launch::async, [&] { birth.leave(number); });
        const std::uint64_t called_ns = latchmark::now_ns();
        done.get();
        return called_ns;
    }
};

// A process that answers with its exit status. Another one than expected did not run, or not to its end.
inline void reap(pid_t pid, int expected_status) {
    int status = 0;
    pid_t reaped = -1;
    do {
        reaped = ::waitpid(pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    checked(reaped, "waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == expected_status) return;
    throw std::runtime_error("a child ended with status " + std::to_string(status) + " instead of exit code " +
                             std::to_string(expected_status));
}

[[nodiscard]] inline int exit_code_of(std::uint64_t number) { return static_cast<int>(number % 100); }  // below those of signals

class Fork {
public:
    static constexpr bool kStamps = true;

    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        const pid_t pid = checked(::fork(), "fork");
        if (pid == 0) {
            birth.leave(number);
            ::_exit(exit_code_of(number));
        }
        const std::uint64_t called_ns = latchmark::now_ns();
        reap(pid, exit_code_of(number));
        return called_ns;
    }
};

// The child runs in the parent's memory, on the parent's stack, while the parent stands still: it may do next to nothing. What it
// does here, a clock read and two stores, touches nothing that the parent holds in registers.
class Vfork {
public:
    static constexpr bool kStamps = true;

    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): it is what is measured
        const pid_t pid = ::vfork();
        if (pid == 0) {
            birth.leave(number);  // NOLINT(clang-analyzer-unix.Vfork)
            ::_exit(exit_code_of(number));
        }
        checked(pid, "vfork");
        const std::uint64_t called_ns = latchmark::now_ns();
        reap(pid, exit_code_of(number));
        return called_ns;
    }
};

// ThreadSanitizer takes clone() for a fork, and its own books are spoilt when the child wrote into its parent's.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kIsWatchedByThreadSanitizer = true;
#elif defined(__has_feature)
inline constexpr bool kIsWatchedByThreadSanitizer = __has_feature(thread_sanitizer);
#else
inline constexpr bool kIsWatchedByThreadSanitizer = false;
#endif

// The same on a stack of the child's own: what posix_spawn does before the child executes its program.
class Clone {
public:
    static constexpr bool kStamps = true;
    static constexpr const char* kAbsent =
        kIsWatchedByThreadSanitizer ? "ThreadSanitizer cannot follow a child in its parent's memory" : "";

    static std::uint64_t make(std::uint64_t number, Birth& birth) {
        alignas(16) std::array<std::byte, kStackBytes> stack;  // uninitialised: clearing it would cost more than the child
        Task task{number, &birth};
        const pid_t pid = checked(::clone(run, stack.data() + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &task), "clone");
        const std::uint64_t called_ns = latchmark::now_ns();
        reap(pid, exit_code_of(number));
        return called_ns;
    }

private:
    static constexpr std::size_t kStackBytes = 16384;  // for a clock read and two stores, and whatever a sanitizer adds
    struct Task {
        std::uint64_t number;
        Birth* birth;
    };
    static int run(void* argument) {
        const auto* task = static_cast<Task*>(argument);
        task->birth->leave(task->number);
        // Not _exit(): a sanitizer would end its own bookkeeping there, and it is the parent's too.
        return static_cast<int>(::syscall(SYS_exit_group, exit_code_of(task->number)));
    }
};

// The smallest program that every system has: it ends at once, well. Null: none.
[[nodiscard]] inline const char* smallest_program() {
    for (const char* path : {"/bin/true", "/usr/bin/true"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    return nullptr;
}

[[nodiscard]] inline std::optional<std::string> lacks_smallest_program() {
    if (smallest_program() != nullptr) return std::nullopt;
    return "there is neither /bin/true nor /usr/bin/true to execute";
}

// Arguments of the program, the same however it is started: an environment costs by its size.
class ProgramStart {
public:
    explicit ProgramStart(const char* path) : path_(path == nullptr ? "" : path) {}
    [[nodiscard]] const char* path() const { return path_.c_str(); }
    [[nodiscard]] char* const* arguments() { return arguments_.data(); }
    [[nodiscard]] char* const* environment() { return environment_.data(); }

private:
    std::string path_;
    std::array<char*, 2> arguments_{path_.data(), nullptr};
    std::array<char*, 1> environment_{nullptr};
};

class ForkExec {
public:
    static constexpr bool kStamps = false;

    std::uint64_t make(std::uint64_t /*number*/, Birth& /*birth*/) {
        const pid_t pid = checked(::fork(), "fork");
        if (pid == 0) {
            ::execve(program_.path(), program_.arguments(), program_.environment());
            ::_exit(kNotExecuted);
        }
        const std::uint64_t called_ns = latchmark::now_ns();
        reap(pid, 0);
        return called_ns;
    }

private:
    static constexpr int kNotExecuted = 127;  // as shells say it
    ProgramStart program_{smallest_program()};
};

class PosixSpawn {
public:
    static constexpr bool kStamps = false;

    std::uint64_t make(std::uint64_t /*number*/, Birth& /*birth*/) {
        pid_t pid = 0;
        throw_unless_zero(::posix_spawn(&pid, program_.path(), nullptr, nullptr, program_.arguments(), program_.environment()),
                          "posix_spawn");
        const std::uint64_t called_ns = latchmark::now_ns();
        reap(pid, 0);
        return called_ns;
    }

private:
    ProgramStart program_{smallest_program()};
};

}  // namespace benchmarks
