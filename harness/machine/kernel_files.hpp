// Small text files of the kernel, of this machine or of a recorded one.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchmark/base/unavailable.hpp"

namespace latchmark::machine {

class KernelFiles {
public:
    explicit KernelFiles(std::filesystem::path root) : root_(std::move(root)) {}

    // The whole text without trailing white space; `path` is relative to the root, as "proc/stat". The reason names the file.
    [[nodiscard]] OrUnavailable<std::string> text(const std::string& path) const;
    // The same for files that many machines lack and whose absence needs a reason of its own.
    [[nodiscard]] std::optional<std::string> text_if_any(const std::string& path) const;
    [[nodiscard]] bool has(const std::string& path) const;

private:
    std::filesystem::path root_;
};

// "sys/devices/system/cpu/cpu7/" + `file`.
[[nodiscard]] std::string cpu_file(unsigned os_id, const std::string& file);

// "0-2,5" is {0, 1, 2, 5}, as the kernel writes sets of CPUs; what is not a number ends the list.
[[nodiscard]] std::vector<unsigned> cpu_list(std::string_view text);
// The way back.
[[nodiscard]] std::string as_cpu_list(std::vector<unsigned> os_ids);

// Non-empty parts between separators.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view separator);

// The whole text as a number of this type, or nothing.
template <typename Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text);

}  // namespace latchmark::machine
