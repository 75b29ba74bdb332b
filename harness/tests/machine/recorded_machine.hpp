// A machine's kernel files in a folder of their own, as a test describes them.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace latchmark::machine {

class RecordedMachine {
public:
    RecordedMachine() {
        std::string pattern = (std::filesystem::temp_directory_path() / "latchmark-machine-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::filesystem::filesystem_error("mkdtemp", pattern, std::error_code(errno, std::generic_category()));
        root_ = pattern;
    }
    ~RecordedMachine() {
        std::error_code ignored;  // a leftover folder fails no test
        std::filesystem::remove_all(root_, ignored);
    }
    RecordedMachine(const RecordedMachine&) = delete;
    RecordedMachine& operator=(const RecordedMachine&) = delete;

    // The kernel ends its files with a line break.
    RecordedMachine& with(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text << '\n';
        return *this;
    }
    RecordedMachine& with_cpu(unsigned os_id, const std::string& file, const std::string& text) {
        return with("sys/devices/system/cpu/cpu" + std::to_string(os_id) + "/" + file, text);
    }
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

private:
    std::filesystem::path root_;
};

}  // namespace latchmark::machine
