// Which build measures: version, commit, compiler, flags, libraries.
#pragma once
#include <filesystem>
#include <map>
#include <string>

namespace latchmark::runner {

struct Suite {
    std::string version, commit, compiler, flags, build_type, build_id;
    std::string atomics;                           // how atomics were compiled: x86, outline, lse, llsc
    std::map<std::string, std::string> libraries;  // name to version
};

// Of the running program. libpfm is left to those who know the counters.
[[nodiscard]] Suite this_suite();

// The linker's note in an ELF file, in hexadecimal digits; "none" when there is no file or no note.
[[nodiscard]] std::string build_id_of(const std::filesystem::path& binary);

// The path by which a running program can be started again, even after a rebuild has replaced its file.
inline constexpr const char* kThisProgram = "/proc/self/exe";

}  // namespace latchmark::runner
