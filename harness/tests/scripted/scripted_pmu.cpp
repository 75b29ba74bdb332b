// Groups, times and counts of the scripted PMU.
#include "harness/tests/scripted/scripted_pmu.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "harness/tests/scripted/happenings.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::scripted {
namespace {

constexpr std::string_view kPmus = "/sys/bus/event_source/devices";
constexpr std::string_view kSchedstatEnd = "/schedstat";
constexpr std::uint32_t kSoftwareType = 1;  // PERF_TYPE_SOFTWARE
// Beyond any that the kernel gives, so that a descriptor says whose it is.
constexpr int kFirstDescriptor = 1'000'000'000;
// Of every event the kernel counts one for so many of the user's.
constexpr std::uint64_t kUserPerKernel = 5;
// Of a frame: how many values follow, and two times.
constexpr std::size_t kFrameHead = 3;

struct Member {
    int descriptor;
    const Event* event;
    counters::Scope scope;
};

struct Group {
    std::vector<Member> members{};
    bool is_enabled = false;
    std::uint64_t enabled_since_ns = 0, enabled_ns = 0;
    std::uint64_t reads = 0;
};

// What the calling thread has open.
struct Open {
    std::map<int, Group> groups{};       // by leader
    std::map<int, std::string> files{};  // contents
    int last_descriptor = kFirstDescriptor;
    int interrupted = 0;
};

Open& open_here() {
    static thread_local Open mine;
    return mine;
}

bool is_scripted(int descriptor) { return descriptor > kFirstDescriptor; }

std::uint64_t enabled_ns_of(const Group& group) {
    return group.enabled_ns + (group.is_enabled ? now_ns() - group.enabled_since_ns : 0);
}

std::uint64_t count_of(const Member& member, std::uint64_t reads) {
    const auto& operations = happenings().operations;
    std::uint64_t count = 0;
    for (std::size_t meeting = 0; meeting < kMeetings; ++meeting)
        count += operations[meeting] * member.event->per_1000_operations[meeting] / 1'000;
    return (member.scope == counters::Scope::kernel ? count / kUserPerKernel : count) + reads;
}

}  // namespace

bool ScriptedPmu::suffers() const {
    const auto worker = happenings().worker;
    if (!script_.is_for_workers) return true;
    return worker.has_value() && (!script_.worker || *worker == *script_.worker);
}

bool ScriptedPmu::is_interrupted() const {
    int& interrupted = open_here().interrupted;
    if (suffers() && interrupted < script_.interruptions) {
        ++interrupted;
        return true;
    }
    interrupted = 0;
    return false;
}

const GroupFaults& ScriptedPmu::faults_of(int leader) const {
    static constexpr GroupFaults kNone{};
    if (!suffers()) return kNone;
    return is_scripted(leader) ? script_.hardware : script_.software;
}

int ScriptedPmu::open_event(const counters::Encoding& encoding, counters::Scope scope, int leader) {
    if (is_interrupted()) return -EINTR;
    const Event& event = event_of(*script_.cpu, encoding);
    if (const auto refused = script_.open.find(std::string(event.name)); refused != script_.open.end() && suffers())
        return -refused->second;
    if (encoding.type == kSoftwareType) return counters::real_kernel().open_event(encoding, scope, leader);
    Open& open = open_here();
    if (leader >= 0 && suffers() && open.groups.at(leader).members.size() >= script_.room) return -EINVAL;
    const int descriptor = ++open.last_descriptor;
    open.groups[leader < 0 ? descriptor : leader].members.push_back({descriptor, &event, scope});
    return descriptor;
}

int ScriptedPmu::enable_group(int leader) {
    if (is_interrupted()) return -EINTR;
    if (const int error = faults_of(leader).enable; error != 0) return -error;
    if (!is_scripted(leader)) return counters::real_kernel().enable_group(leader);
    Group& group = open_here().groups.at(leader);
    if (!group.is_enabled) group.enabled_since_ns = now_ns();
    group.is_enabled = true;
    return 0;
}

int ScriptedPmu::disable_group(int leader) {
    if (!is_scripted(leader)) return counters::real_kernel().disable_group(leader);
    Group& group = open_here().groups.at(leader);
    group.enabled_ns = enabled_ns_of(group);
    group.is_enabled = false;
    return 0;
}

long ScriptedPmu::read_event(int leader, void* frame, std::size_t bytes) {
    if (is_interrupted()) return -EINTR;
    const GroupFaults& faults = faults_of(leader);
    if (faults.read != 0) return -faults.read;
    if (faults.bad_read == BadRead::empty) return 0;
    const long size =
        is_scripted(leader) ? read_script(leader, frame, bytes) : counters::real_kernel().read_event(leader, frame, bytes);
    if (size <= 0) return size;
    if (faults.bad_read == BadRead::too_short) return size - 1;
    if (faults.bad_read == BadRead::backwards) {
        auto* words = static_cast<std::uint64_t*>(frame);
        for (std::uint64_t index = 0; index < words[0]; ++index) words[kFrameHead + index] = UINT64_MAX - now_ns();
    }
    return size;
}

long ScriptedPmu::read_script(int leader, void* frame, std::size_t bytes) const {
    Group& group = open_here().groups.at(leader);
    ++group.reads;
    const bool fits = !suffers() || group.members.size() <= script_.runs_with;
    const std::uint64_t share = !fits ? 0 : suffers() ? script_.per_1000_running : 1'000;
    const std::uint64_t enabled_ns = enabled_ns_of(group);
    std::vector<std::uint64_t> words{group.members.size(), enabled_ns, enabled_ns * share / 1'000};
    for (const Member& member : group.members) {
        const bool is_stuck = suffers() && script_.stuck.contains(std::string(member.event->name));
        words.push_back(is_stuck ? 0 : count_of(member, group.reads) * share / 1'000);
    }
    const std::size_t size = words.size() * sizeof words[0];
    if (size > bytes) return -ENOSPC;
    std::memcpy(frame, words.data(), size);
    return static_cast<long>(size);
}

std::optional<std::string> ScriptedPmu::path_in_pmu(std::string_view path) const {
    const std::string folder = std::string(kPmus) + "/" + std::string(script_.cpu->pmu) + "/";
    if (!path.starts_with(folder)) return std::nullopt;
    return std::string(path.substr(folder.size()));
}

int ScriptedPmu::open_file(const char* path) {
    const std::string_view name = path;
    if (script_.statistics != 0 && suffers() && name.ends_with(kSchedstatEnd)) return -script_.statistics;
    if (!name.starts_with(kPmus)) return counters::real_kernel().open_file(path);
    const auto inside = path_in_pmu(name);
    const auto found = inside ? script_.cpu->files.find(*inside) : script_.cpu->files.end();
    if (found == script_.cpu->files.end()) return -ENOENT;
    Open& open = open_here();
    open.files[++open.last_descriptor] = found->second;
    return open.last_descriptor;
}

long ScriptedPmu::read_file(int descriptor, char* text, std::size_t bytes) {
    if (!is_scripted(descriptor)) return counters::real_kernel().read_file(descriptor, text, bytes);
    return static_cast<long>(open_here().files.at(descriptor).copy(text, bytes));
}

void ScriptedPmu::close(int descriptor) {
    if (!is_scripted(descriptor)) return counters::real_kernel().close(descriptor);
    Open& open = open_here();
    open.files.erase(descriptor);
    for (auto& [leader, group] : open.groups)
        std::erase_if(group.members, [&](const Member& member) { return member.descriptor == descriptor; });
    std::erase_if(open.groups, [](const auto& entry) { return entry.second.members.empty(); });
}

int ScriptedPmu::usage_of_thread(counters::ThreadUsage& usage) {
    if (script_.statistics != 0 && suffers()) return -script_.statistics;
    return counters::real_kernel().usage_of_thread(usage);
}

std::optional<std::vector<std::string>> ScriptedPmu::names_in(const char* folder) {
    const std::string_view name = folder;
    if (name == kPmus) return std::vector<std::string>{std::string(script_.cpu->pmu), "software"};
    if (!name.starts_with(kPmus)) return counters::real_kernel().names_in(folder);
    const auto inside = path_in_pmu(std::string(name) + "/");
    if (!inside) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& [path, content] : script_.cpu->files)
        if (path.starts_with(*inside)) names.push_back(path.substr(inside->size()));
    return names.empty() ? std::nullopt : std::optional(names);
}

}  // namespace latchmark::scripted
