// From words to a script.
#include "harness/tests/scripted/script.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace latchmark::scripted {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 11> kErrors{{{"EACCES", EACCES},
                                                                    {"EBUSY", EBUSY},
                                                                    {"EINTR", EINTR},
                                                                    {"EINVAL", EINVAL},
                                                                    {"EIO", EIO},
                                                                    {"EMFILE", EMFILE},
                                                                    {"ENODEV", ENODEV},
                                                                    {"ENOENT", ENOENT},
                                                                    {"ENOSYS", ENOSYS},
                                                                    {"EOPNOTSUPP", EOPNOTSUPP},
                                                                    {"EPERM", EPERM}}};

constexpr std::array<std::pair<std::string_view, BadRead>, 3> kBadReads{
    {{"empty", BadRead::empty}, {"short", BadRead::too_short}, {"backwards", BadRead::backwards}}};

// KEY=VALUE, and of the key what stands before and behind its colon.
struct Word {
    explicit Word(std::string all) : text(std::move(all)) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos) refuse();
        value = text.substr(equals + 1);
        const std::size_t colon = std::min(text.find(':'), equals);
        key = text.substr(0, colon);
        if (colon < equals) of = text.substr(colon + 1, equals - colon - 1);
    }

    [[noreturn]] void refuse() const { throw std::invalid_argument("the script does not know '" + text + "'"); }

    [[nodiscard]] int error() const {
        const auto found = std::ranges::find(kErrors, value, &std::pair<std::string_view, int>::first);
        if (found == kErrors.end()) refuse();
        return found->second;
    }

    template <typename Number>
    [[nodiscard]] Number number() const {
        Number result{};
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
        if (error != std::errc{} || end != value.data() + value.size()) refuse();
        return result;
    }

    std::string text, key, of, value;
};

void read_into(GroupFaults& faults, const Word& word) {
    if (word.of == "enable") {
        faults.enable = word.error();
        return;
    }
    if (word.of != "read") word.refuse();
    const auto bad = std::ranges::find(kBadReads, word.value, &std::pair<std::string_view, BadRead>::first);
    if (bad != kBadReads.end())
        faults.bad_read = bad->second;
    else
        faults.read = word.error();
}

void read_into(Script& script, const Word& word) {
    if (word.key == "cpu")
        script.cpu = &personality_of(word.value);
    else if (word.key == "by") {
        script.is_for_workers = true;
        if (word.value != "workers") script.worker = word.number<std::size_t>();
    } else if (word.key == "open")
        script.open[word.of] = word.error();
    else if (word.key == "stuck")
        script.stuck.insert(word.value);
    else if (word.key == "hardware")
        read_into(script.hardware, word);
    else if (word.key == "software")
        read_into(script.software, word);
    else if (word.key == "statistics")
        script.statistics = word.error();
    else if (word.key == "running")
        script.per_1000_running = word.number<std::uint64_t>();
    else if (word.key == "room")
        script.room = word.number<std::size_t>();
    else if (word.key == "runs_with")
        script.runs_with = word.number<std::size_t>();
    else if (word.key == "interruptions")
        script.interruptions = word.number<int>();
    else
        word.refuse();
}

}  // namespace

Script script_of(std::string_view text) {
    Script script;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) read_into(script, Word(word));
    if (script.cpu == nullptr) throw std::invalid_argument("the script names no CPU");
    // A name that nobody has would fail nothing, and its test would prove nothing.
    for (const auto& [name, error] : script.open)
        if (find_event(*script.cpu, name) == nullptr) throw std::invalid_argument("the script's CPU has no event " + name);
    for (const auto& name : script.stuck)
        if (find_event(*script.cpu, name) == nullptr) throw std::invalid_argument("the script's CPU has no event " + name);
    return script;
}

}  // namespace latchmark::scripted
