// Files that are whole or not there.
#include "harness/runner/durable_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {

namespace {

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

void write_durably(const std::filesystem::path& path, std::string_view text) {
    const std::string beside = path.string() + ".tmp";
    const auto fail = [&] {
        const std::string why = std::strerror(errno);
        unlink(beside.c_str());
        throw InfrastructureError("cannot write " + path.string() + ": " + why);
    };
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) fail();
    // A file renamed before its content is on the disk is empty after a power cut.
    const bool is_written = write_all(file, text) && fsync(file) == 0;
    const int error = errno;
    close(file);
    errno = error;
    if (!is_written || std::rename(beside.c_str(), path.c_str()) != 0) fail();
}

}  // namespace latchmark::runner
