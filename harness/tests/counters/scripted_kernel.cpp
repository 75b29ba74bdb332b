// A kernel made of knobs.
#include "harness/tests/counters/scripted_kernel.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace latchmark::counters {

bool ScriptedKernel::is_interrupted() {
    if (interruptions == 0) return false;
    --interruptions;
    return true;
}

int ScriptedKernel::next_descriptor() {
    ++opened;
    open_descriptors.insert(++last_descriptor_);
    return last_descriptor_;
}

int ScriptedKernel::open_event(const Encoding& encoding, Scope scope, int leader) {
    asked.push_back(encoding);
    if (is_interrupted()) return -EINTR;
    if (open_error != 0) return -open_error;
    if (kernel_scope_error != 0 && scope != Scope::user) return -kernel_scope_error;
    const bool is_software = encoding.type == 1;
    if (const auto refused = open_errors.find(encoding.config); !is_software && refused != open_errors.end())
        return -refused->second;
    if (leader >= 0 && groups_.at(leader).members.size() >= room) return -EINVAL;
    const int descriptor = next_descriptor();
    Group& group = groups_[leader < 0 ? descriptor : leader];
    group.is_software = is_software;
    group.members.push_back(descriptor);
    return descriptor;
}

int ScriptedKernel::enable_group(int /*leader*/) {
    if (is_interrupted()) return -EINTR;
    return -enable_error;
}

int ScriptedKernel::disable_group(int /*leader*/) { return 0; }

long ScriptedKernel::read_event(int leader, void* frame, std::size_t bytes) {
    if (is_interrupted()) return -EINTR;
    Group& group = groups_.at(leader);
    calls.emplace_back(group.is_software ? "software" : "hardware");
    if (group_read) return *group_read;
    group.value = goes_backwards ? group.value - step : group.value + step;
    group.enabled_ns += enabled_step_ns;
    if (group.members.size() <= runs_with) group.running_ns += running_step_ns;
    std::vector<std::uint64_t> words{group.members.size(), group.enabled_ns, group.running_ns};
    // Members differ, so that a value in another member's place is seen.
    for (std::size_t index = 0; index < group.members.size(); ++index) words.push_back(group.value * (index + 1));
    const std::size_t size = words.size() * sizeof words[0];
    if (size > bytes) return -ENOSPC;
    std::memcpy(frame, words.data(), size);
    return static_cast<long>(size);
}

int ScriptedKernel::open_file(const char* path) {
    const std::string_view name = path;
    const bool is_schedstat = name.ends_with("schedstat");
    if (is_schedstat ? !schedstat : !files.contains(path)) return -ENOENT;
    const int descriptor = next_descriptor();
    files_[descriptor] = is_schedstat ? "schedstat" : files.at(path);
    return descriptor;
}

long ScriptedKernel::read_file(int descriptor, char* text, std::size_t bytes) {
    const std::string& file = files_.at(descriptor);
    if (file != "schedstat") return file_read ? *file_read : static_cast<long>(file.copy(text, bytes));
    calls.emplace_back("schedstat");
    return static_cast<long>(schedstat->copy(text, bytes));
}

void ScriptedKernel::close(int descriptor) {
    open_descriptors.erase(descriptor);
    for (auto& [leader, group] : groups_) std::erase(group.members, descriptor);
}

int ScriptedKernel::usage_of_thread(ThreadUsage& answer) {
    if (usage_error != 0) return -usage_error;
    calls.emplace_back("rusage");
    answer = usage;
    return 0;
}

std::optional<std::vector<std::string>> ScriptedKernel::names_in(const char* folder) {
    if (std::string_view(folder) == "/sys/bus/event_source/devices") return pmus;
    const auto found = folders.find(folder);
    return found == folders.end() ? std::nullopt : std::optional(found->second);
}

Identification ScriptedKernel::identify(unsigned id) {
    const auto found = other_cpus.find(id);
    return found == other_cpus.end() ? cpu : found->second;
}

}  // namespace latchmark::counters
