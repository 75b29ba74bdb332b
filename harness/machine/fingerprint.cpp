// Puts the facts of a machine together and gives them an identity.
#include "harness/machine/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <sys/utsname.h>

#include "harness/machine/hash.hpp"
#include "harness/machine/kernel_files.hpp"
#include "harness/machine/processor.hpp"
#include "harness/machine/settings.hpp"

namespace latchmark::machine {
namespace {

std::string value_or_empty(const Facts& facts, const std::string& key) {
    const auto found = facts.find(key);
    const auto* value = found != facts.end() ? std::get_if<std::string>(&found->second) : nullptr;
    return value != nullptr ? *value : "";
}

std::string hash_of(const Facts& facts) {
    std::string text;
    // The reason for a missing fact may be worded anew: only that it is missing counts.
    for (const auto& [key, fact] : facts) {
        const auto* value = std::get_if<std::string>(&fact);
        text += key + (value != nullptr ? "=" + *value : "?") + "\n";
    }
    return hash_digits(stable_hash(text));
}

// Lower-case words of letters and digits; everything else separates.
std::vector<std::string> plain_words(std::string_view text) {
    std::string plain;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        plain += std::isalnum(code) != 0 && code < 0x80 ? static_cast<char>(std::tolower(code)) : ' ';
    }
    return split(plain, ' ');
}

// What vendors write around the name, and the nominal frequency.
bool is_decoration(const std::string& word) {
    static constexpr std::array kDecorations{"intel", "amd",  "r",      "tm",       "cpu", "processor",
                                             "core",  "with", "radeon", "graphics", "gen"};
    return std::ranges::count(kDecorations, word) > 0 || word.ends_with("ghz");
}

// "xeon-platinum-8488c-48c-2s"; without a model name, "aarch64-0x41-0xd40-64c-1s" of architecture, vendor and model.
std::string alias_of(const Facts& hard) {
    const std::string model_name = value_or_empty(hard, "model_name");
    std::vector<std::string> words = plain_words(model_name.substr(0, model_name.find('@')));
    std::erase_if(words, is_decoration);
    if (words.empty())
        words = plain_words(value_or_empty(hard, "architecture") + " " + value_or_empty(hard, "vendor") + " " +
                            value_or_empty(hard, "model"));
    constexpr std::size_t kWords = 5;  // enough to recognise a machine, short enough for a folder's name
    words.resize(std::min(words.size(), kWords));
    if (const std::string cores = value_or_empty(hard, "cores"); !cores.empty()) words.push_back(cores + "c");
    if (const std::string sockets = value_or_empty(hard, "sockets"); !sockets.empty()) words.push_back(sockets + "s");
    return joined(words, "-");
}

}  // namespace

std::string architecture_of_this_process() {
    utsname names{};
    return ::uname(&names) == 0 ? std::string(names.machine) : "unknown";
}

Fingerprint fingerprint(const Topology& topology, const std::map<std::string, std::string>& build,
                        const std::filesystem::path& root, const std::string& architecture) {
    const KernelFiles files(root);
    Fingerprint result{
        .hard = processor_facts(files, architecture), .soft = setting_facts(files, topology), .hard_key_hash = "", .alias = ""};
    for (const auto& [key, value] : build) result.soft.insert_or_assign(key, value);
    result.hard_key_hash = hash_of(result.hard);
    result.alias = alias_of(result.hard);
    return result;
}

}  // namespace latchmark::machine
