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

// A device or a pipe is written to, not replaced: as root, a rename would put a file in the place of /dev/null.
bool is_special_file(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto kind = std::filesystem::status(path, ignored).type();
    return std::filesystem::exists(path, ignored) && kind != std::filesystem::file_type::regular;
}

std::string beside(const std::filesystem::path& path) { return path.string() + ".tmp"; }

}  // namespace

void write_durably(const std::filesystem::path& path, std::string_view text) {
    const bool is_special = is_special_file(path);
    const std::string written = is_special ? path.string() : beside(path);
    const auto fail = [&] {
        const std::string why = std::strerror(errno);
        if (!is_special) unlink(written.c_str());
        throw InfrastructureError("cannot write " + path.string() + ": " + why);
    };
    const int file = open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) fail();
    // A file renamed before its content is on the disk is empty after a power cut.
    const bool is_written = write_all(file, text) && (is_special || fsync(file) == 0);
    const int error = errno;
    close(file);
    errno = error;
    if (!is_written || (!is_special && std::rename(written.c_str(), path.c_str()) != 0)) fail();
}

void refuse_unwritable(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw UsageError(path.string() + " is a folder: name a file in it");
    // Opening a pipe would wait for a reader.
    const bool is_special = is_special_file(path);
    const int file = is_special ? -1 : open(beside(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (is_special ? access(path.c_str(), W_OK) != 0 : file < 0)
        throw InfrastructureError("cannot write " + path.string() + ": " + std::strerror(errno));
    if (file < 0) return;
    close(file);
    unlink(beside(path).c_str());
}

}  // namespace latchmark::runner
