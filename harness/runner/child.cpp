// One child process and all its descendants.
#include "harness/runner/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "harness/launch/protocol.hpp"
#include "harness/runner/errors.hpp"
#include "harness/runner/unfinished.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::runner {

namespace {

[[noreturn]] void fail(const char* what) {
    throw InfrastructureError(std::string("cannot start a launch: ") + what + ": " + std::strerror(errno));
}

class Descriptor {
public:
    // Above the numbers that a child is given, so that arranging them never overwrites one that is still needed.
    explicit Descriptor(int number) : number_(fcntl(number, F_DUPFD_CLOEXEC, 10)) {
        const int error = errno;
        close(number);
        errno = error;
        if (number_ < 0) fail("fcntl");
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() { reset(); }
    void reset() {
        if (number_ >= 0) close(std::exchange(number_, -1));
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

struct Pipe {
    Descriptor read_end, write_end;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// A file, not a pipe: a child that does not read it cannot make the runner wait.
Descriptor make_input(const std::string& text) {
    const int file = memfd_create("request", MFD_CLOEXEC);
    if (file < 0) fail("memfd_create");
    Descriptor input(file);
    if (write(input.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        lseek(input.number(), 0, SEEK_SET) != 0)
        fail("writing the request");
    return input;
}

struct Streams {
    const Descriptor& input;
    const Descriptor& answer;
    const Descriptor& errors;
    const Descriptor& nowhere;
};

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* words, const Streams& streams, const sigset_t& mask, pid_t runner) {
    // exec resets handlers, but not what is ignored or blocked.
    std::signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The runner may have died before the line above asked to be told.
    if (getppid() != runner) _exit(127);
    dup2(streams.input.number(), STDIN_FILENO);
    dup2(streams.nowhere.number(), STDOUT_FILENO);
    dup2(streams.errors.number(), STDERR_FILENO);
    dup2(streams.answer.number(), launch::kAnswerDescriptor);
    execvp(words[0], words);
    const std::array<const char*, 4> parts{"cannot start ", words[0], ": ", strerrordesc_np(errno)};
    for (const char* part : parts)
        if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    _exit(127);
}

std::string last_line_of(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const auto start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

// What a stream has said so far; a tail of it where only the end matters.
class Listener {
public:
    explicit Listener(Descriptor stream, std::size_t most_bytes, bool keeps_tail)
        : stream_(std::move(stream)), most_bytes_(most_bytes), keeps_tail_(keeps_tail) {}

    [[nodiscard]] pollfd to_poll() const { return {.fd = stream_.number(), .events = POLLIN, .revents = 0}; }

    // Takes what is there. A closed stream has number -1, which poll leaves out.
    void take() {
        std::array<char, 65536> block{};
        while (stream_.number() >= 0 && !is_too_long()) {
            const ssize_t bytes = read(stream_.number(), block.data(), block.size());
            if (bytes < 0 && errno == EINTR) continue;
            if (bytes < 0 && errno == EAGAIN) return;
            if (bytes <= 0) return stream_.reset();
            text_.append(block.data(), static_cast<std::size_t>(bytes));
            if (keeps_tail_ && text_.size() > most_bytes_) text_.erase(0, text_.size() - most_bytes_);
        }
    }

    [[nodiscard]] bool is_too_long() const { return text_.size() > most_bytes_; }
    [[nodiscard]] std::string text() && { return std::move(text_); }

private:
    Descriptor stream_;
    std::size_t most_bytes_;
    bool keeps_tail_;
    std::string text_;
};

// Without reaping: while the leader is a zombie, neither its id nor its group's can belong to anyone else.
bool has_ended(pid_t leader) {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == leader;
}

// Kills whoever is left of the group and takes the leader's status.
int end_group(pid_t leader) {
    kill(-leader, SIGKILL);
    int status = 0;
    while (waitpid(leader, &status, 0) < 0 && errno == EINTR) {
    }
    // Orphans become children of this process, their subreaper; a descendant becomes one before its parent can be reaped.
    int other = 0;
    while (waitpid(-leader, &other, 0) > 0 || errno == EINTR) {
    }
    while (waitpid(-1, &other, WNOHANG) > 0) {
    }
    return status;
}

constexpr std::size_t kErrorTailBytes = 4096;

}  // namespace

ChildEnd run_child(const std::vector<std::string>& words, const std::string& request, const Limits& limits,
                   Interruption& interruption) {
    // Orphaned workers of a launch come to us; where the kernel refuses, they still die by their own parent-death signal.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const Descriptor input = make_input(request);
    const Descriptor nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
    Pipe answer_pipe = make_pipe();
    Pipe error_pipe = make_pipe();

    const std::uint64_t begin_ns = now_ns();
    const pid_t runner = getpid();
    const pid_t leader = fork();
    if (leader < 0) fail("fork");
    if (leader == 0)
        become(arguments.data(), {input, answer_pipe.write_end, error_pipe.write_end, nowhere}, interruption.previous_mask(),
               runner);
    // In both processes, since either may come first.
    setpgid(leader, leader);
    answer_pipe.write_end.reset();
    error_pipe.write_end.reset();
    Listener answer(std::move(answer_pipe.read_end), limits.answer_bytes, false);
    Listener errors(std::move(error_pipe.read_end), kErrorTailBytes, true);

    ChildEnd child;
    while (true) {
        if (has_ended(leader)) break;
        const std::uint64_t elapsed_ns = now_ns() - begin_ns;
        if (elapsed_ns >= limits.time_ns) {
            child.end = End::timed_out;
            child.unfinished = unfinished_in(leader);
            break;
        }
        std::array<pollfd, 3> streams{
            answer.to_poll(), errors.to_poll(), {.fd = interruption.descriptor(), .events = POLLIN, .revents = 0}};
        // Rounded up: a poll that returns just before the limit would spin.
        const std::uint64_t left_ms = (limits.time_ns - elapsed_ns) / 1'000'000 + 1;
        poll(streams.data(), streams.size(), static_cast<int>(std::min<std::uint64_t>(left_ms, 60'000)));
        answer.take();
        errors.take();
        if (interruption.has_arrived()) {
            child.end = End::interrupted;
            break;
        }
        if (answer.is_too_long()) {
            child.end = End::too_long;
            break;
        }
    }
    child.wall_ns = now_ns() - begin_ns;
    const int status = end_group(leader);
    answer.take();
    errors.take();
    if (child.end == End::exited) {
        child.end = answer.is_too_long() ? End::too_long : WIFSIGNALED(status) ? End::killed : End::exited;
        child.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    child.answer = std::move(answer).text();
    child.last_error_line = last_line_of(std::move(errors).text());
    return child;
}

}  // namespace latchmark::runner
