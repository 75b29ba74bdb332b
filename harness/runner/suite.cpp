// Which build measures.
#include "harness/runner/suite.hpp"

#include <cstddef>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <gnu/libc-version.h>
#include <vector>

#include "harness/runner/anonymous.hpp"
#include "harness/runner/build_facts.hpp"

namespace latchmark::runner {

namespace {

template <typename Struct>
bool read_at(std::ifstream& file, std::uint64_t offset, Struct& value) {
    file.seekg(static_cast<std::streamoff>(offset));
    return static_cast<bool>(file.read(reinterpret_cast<char*>(&value), sizeof value));
}

std::string hex_of(const char* bytes, std::size_t size) {
    std::string digits;
    for (std::size_t i = 0; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        digits += "0123456789abcdef"[byte >> 4U];
        digits += "0123456789abcdef"[byte & 0xfU];
    }
    return digits;
}

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// Notes follow one another: header, owner's name, content, each padded to four bytes.
std::string build_id_in(const std::vector<char>& notes) {
    std::size_t at = 0;
    while (at + sizeof(Elf64_Nhdr) <= notes.size()) {
        Elf64_Nhdr note{};
        std::memcpy(&note, notes.data() + at, sizeof note);
        const std::size_t name = at + sizeof note;
        const std::size_t content = name + padded(note.n_namesz);
        if (content + note.n_descsz > notes.size()) break;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(notes.data() + name, "GNU", 4) == 0)
            return hex_of(notes.data() + content, note.n_descsz);
        at = content + padded(note.n_descsz);
    }
    return {};
}

}  // namespace

std::string build_id_of(const std::filesystem::path& binary) {
    constexpr const char* kNone = "none";
    constexpr std::size_t kLongestNotes = 1U << 20U;
    std::ifstream file(binary, std::ios::binary);
    Elf64_Ehdr header{};
    if (!file || !read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return kNone;
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        if (!read_at(file, header.e_phoff + i * header.e_phentsize, segment)) return kNone;
        if (segment.p_type != PT_NOTE || segment.p_filesz > kLongestNotes) continue;
        std::vector<char> notes(segment.p_filesz);
        file.seekg(static_cast<std::streamoff>(segment.p_offset));
        if (!file.read(notes.data(), static_cast<std::streamsize>(notes.size()))) return kNone;
        if (auto id = build_id_in(notes); !id.empty()) return id;
    }
    return kNone;
}

Suite this_suite() {
    return {.version = build::kVersion,
            .commit = build::commit(),
            .compiler = build::kCompiler,
            .flags = without_folders(build::kFlags),
            .build_type = build::kBuildType,
            .build_id = build_id_of(kThisProgram),
            .atomics = build::kAtomics,
            .libraries = {
                {"google_benchmark", build::kGoogleBenchmark}, {"hwloc", build::kHwloc}, {"glibc", gnu_get_libc_version()}}};
}

}  // namespace latchmark::runner
