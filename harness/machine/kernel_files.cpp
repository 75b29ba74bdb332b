// Reading and taking apart what /proc and /sys contain.
#include "harness/machine/kernel_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace latchmark::machine {
namespace {

// More CPUs than any kernel is built for: a damaged recorded file must not become a list that fills the memory.
constexpr unsigned kMostCpus = 65536;

}  // namespace

OrUnavailable<std::string> KernelFiles::text(const std::string& path) const {
    const auto failed = [&] { return Unavailable{"cannot read /" + path + ": " + std::strerror(errno)}; };
    const int file = ::open((root_ / path).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return failed();
    std::string content;
    std::array<char, 16384> part{};
    ssize_t size = 0;
    while ((size = ::read(file, part.data(), part.size())) > 0) content.append(part.data(), static_cast<std::size_t>(size));
    const Unavailable reason = failed();  // before close() changes errno
    ::close(file);
    if (size < 0) return reason;
    content.erase(content.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0: all of it was white space
    return content;
}

std::optional<std::string> KernelFiles::text_if_any(const std::string& path) const {
    OrUnavailable<std::string> content = text(path);
    auto* found = std::get_if<std::string>(&content);
    return found != nullptr ? std::optional(std::move(*found)) : std::nullopt;
}

bool KernelFiles::has(const std::string& path) const {
    std::error_code ignored;  // "may not look" and "is not there" are the same to the caller
    return std::filesystem::exists(root_ / path, ignored);
}

std::string cpu_file(unsigned os_id, const std::string& file) {
    return "sys/devices/system/cpu/cpu" + std::to_string(os_id) + "/" + file;
}

std::vector<unsigned> cpu_list(std::string_view text) {
    std::vector<unsigned> os_ids;
    for (const std::string& range : split(text, ',')) {
        const std::size_t dash = range.find('-');
        const auto first = number_in<unsigned>(range.substr(0, dash));
        const auto last = dash == std::string::npos ? first : number_in<unsigned>(range.substr(dash + 1));
        if (!first || !last || *last > kMostCpus) break;
        for (unsigned os_id = *first; os_id <= *last; ++os_id) os_ids.push_back(os_id);
    }
    return os_ids;
}

std::string as_cpu_list(std::vector<unsigned> os_ids) {
    std::ranges::sort(os_ids);
    std::vector<std::string> ranges;
    for (std::size_t begin = 0; begin < os_ids.size();) {
        std::size_t end = begin + 1;
        while (end < os_ids.size() && os_ids[end] == os_ids[end - 1] + 1) ++end;
        const std::string first = std::to_string(os_ids[begin]);
        ranges.push_back(end - begin == 1 ? first : first + "-" + std::to_string(os_ids[end - 1]));
        begin = end;
    }
    return joined(ranges, ",");
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += separator;
        text += part;
    }
    return text;
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

template std::optional<unsigned> number_in(std::string_view);
template std::optional<long long> number_in(std::string_view);
template std::optional<std::uint64_t> number_in(std::string_view);
template std::optional<double> number_in(std::string_view);

}  // namespace latchmark::machine
