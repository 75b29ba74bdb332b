// Texts without folders.
#include "harness/runner/anonymous.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <sstream>
#include <utility>

namespace latchmark::runner {

namespace {

// What may stand in a path of ours; blanks, brackets and quotes end one, since texts quote paths more often than paths have them.
constexpr std::string_view kEndsOfPath = " \t\n\r:;,=@()[]<>'\"`|";

bool is_of_the_kernel(std::string_view path) {
    static constexpr std::array<std::string_view, 3> kFolders{"/proc/", "/sys/", "/dev/"};
    return std::ranges::any_of(kFolders, [&](std::string_view folder) { return path.starts_with(folder); });
}

// "-I/home/ann/include": what follows the letter is a path.
constexpr std::size_t kGluedPath = 2;
bool has_glued_path(std::string_view word) { return word.starts_with('-') && word.find('/') == kGluedPath; }

std::string last_component(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::size_t folders = path.rfind('/');
    // The last component of a home folder is its owner's name.
    const bool is_home = folders == std::string_view::npos ? path.starts_with('~') : path.substr(0, folders) == "/home";
    if (is_home) return "~";
    return std::string(path.substr(folders + 1));  // npos + 1 is 0: there was no folder
}

bool is_below_here(std::string_view path) {
    const bool climbs =
        path == ".." || path.starts_with("../") || path.ends_with("/..") || path.find("/../") != std::string_view::npos;
    return !path.starts_with('/') && !path.starts_with('~') && !climbs;
}

std::string path_for_others(std::string_view path) { return is_below_here(path) ? std::string(path) : last_component(path); }

std::string folder_for_others(std::string_view path) { return is_below_here(path) ? std::string(path) : ""; }

std::string side_for_others(std::string_view side) {
    const std::size_t binary = side.find('=') + 1;  // npos + 1 is 0: no name before it
    return std::string(side.substr(0, binary)) + path_for_others(side.substr(binary));
}

// "qemu", "/home/ann/lib", "-L/home/ann/lib", "--sysroot=../lib" and "PATH=bin:/home/ann/bin".
std::string word_for_others(std::string_view word) {
    const std::size_t path = has_glued_path(word) ? kGluedPath : word.rfind('=') + 1;  // npos + 1 is 0: no name before it
    return std::string(word.substr(0, path)) + path_for_others(without_folders(word.substr(path)));
}

std::string words_for_others(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::string words;
    for (std::string word; stream >> word;) words.append(words.empty() ? "" : " ").append(word_for_others(word));
    return words;
}

struct Option {
    std::string_view name;
    std::string (*kept)(std::string_view);  // what is kept of its value; nothing: the option goes as well
};

std::string nothing(std::string_view /*path*/) { return ""; }

constexpr std::array<Option, 6> kOptionsOfPaths{{{"--out", folder_for_others},
                                                 {"--resume", folder_for_others},
                                                 {"-o", nothing},
                                                 {"--plan", path_for_others},
                                                 {"--side", side_for_others},
                                                 {"--launch-prefix", words_for_others}}};

}  // namespace

std::string without_folders(std::string_view text) {
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(kEndsOfPath, at), text.size());
        auto word = text.substr(at, end - at);
        if (has_glued_path(word)) {
            kept += word.substr(0, kGluedPath);
            word.remove_prefix(kGluedPath);
        }
        const bool has_folder = word.starts_with('/') && word.find_first_of('/', 1) < word.find_last_not_of('/');
        if (has_folder && !is_of_the_kernel(word))
            kept += last_component(word);
        else
            kept += word;
        if (end < text.size()) kept += text[end];
        at = end + 1;
    }
    return kept;
}

std::vector<std::string> anonymous(const std::vector<std::string>& command) {
    std::vector<std::string> kept;
    for (std::size_t at = 0; at < command.size(); ++at) {
        const std::string_view word = command[at];
        if (at == 0) {
            kept.push_back(path_for_others(word));
            continue;
        }
        // "--out DIR", "--out=DIR" and "-oDIR".
        const auto option = std::ranges::find_if(kOptionsOfPaths, [&](const Option& each) {
            const bool is_short = each.name.size() == 2;
            return word == each.name || (word.starts_with(each.name) && (is_short || word[each.name.size()] == '='));
        });
        if (option == kOptionsOfPaths.end()) {
            kept.emplace_back(word);
            continue;
        }
        const bool has_value_beside = word == option->name;
        if (has_value_beside && at + 1 == command.size()) continue;
        const std::size_t before = option->name.size() + (option->name.size() == 2 ? 0 : 1);
        const std::string_view value = has_value_beside ? std::string_view(command[++at]) : word.substr(before);
        std::string for_others = option->kept(value);
        if (for_others.empty()) continue;
        kept.emplace_back(option->name);
        kept.push_back(std::move(for_others));
    }
    return kept;
}

}  // namespace latchmark::runner
