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
    // A device or a pipe is written to, not replaced: as root, a rename would put a file in the place of /dev/null.
    std::error_code ignored;
    const auto kind = std::filesystem::status(path, ignored).type();
    const bool is_special = std::filesystem::exists(path, ignored) && kind != std::filesystem::file_type::regular;
    const std::string beside = is_special ? path.string() : path.string() + ".tmp";
    const auto fail = [&] {
        const std::string why = std::strerror(errno);
        if (!is_special) unlink(beside.c_str());
        throw InfrastructureError("cannot write " + path.string() + ": " + why);
    };
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) fail();
    // A file renamed before its content is on the disk is empty after a power cut.
    const bool is_written = write_all(file, text) && (is_special || fsync(file) == 0);
    const int error = errno;
    close(file);
    errno = error;
    if (!is_written || (!is_special && std::rename(beside.c_str(), path.c_str()) != 0)) fail();
}

}  // namespace latchmark::runner
