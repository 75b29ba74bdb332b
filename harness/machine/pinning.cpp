// System calls that place threads and memory, each checked afterwards.
#include "harness/machine/pinning.hpp"

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace latchmark::machine {
namespace {

constexpr std::size_t kBitsPerWord = sizeof(unsigned long) * CHAR_BIT;
// More CPUs and nodes than any kernel is built for; a mask smaller than the kernel's makes sched_getaffinity fail.
constexpr std::size_t kMaskWords = 65536 / kBitsPerWord;
using Mask = std::vector<unsigned long>;

Mask mask_of(unsigned bit) {
    Mask mask(kMaskWords);
    if (bit / kBitsPerWord < mask.size()) mask[bit / kBitsPerWord] = 1UL << (bit % kBitsPerWord);
    return mask;
}

cpu_set_t* as_cpu_set(Mask& mask) { return reinterpret_cast<cpu_set_t*>(mask.data()); }

std::string failed(const std::string& call) { return call + ": " + std::strerror(errno); }

}  // namespace

std::optional<std::string> pin_this_thread(unsigned os_id) {
    const std::string cpu = "CPU " + std::to_string(os_id);
    Mask wanted = mask_of(os_id);
    const std::size_t bytes = wanted.size() * sizeof(wanted[0]);
    if (::sched_setaffinity(0, bytes, as_cpu_set(wanted)) != 0)
        return "cannot pin to " + cpu + ": " + failed("sched_setaffinity");
    Mask granted(wanted.size());
    if (::sched_getaffinity(0, bytes, as_cpu_set(granted)) != 0)
        return "cannot verify the pin to " + cpu + ": " + failed("sched_getaffinity");
    if (granted != wanted) return "asked for " + cpu + ", but the kernel allows other CPUs";
    const int here = ::sched_getcpu();
    if (here < 0) return "cannot verify the pin to " + cpu + ": " + failed("sched_getcpu");
    if (static_cast<unsigned>(here) != os_id) return "asked for " + cpu + ", but runs on CPU " + std::to_string(here);
    return std::nullopt;
}

unsigned node_of_this_cpu() {
    unsigned cpu = 0;
    unsigned node = 0;
    // Fails only for a bad address. Without NUMA it says node 0, as it is.
    (void)::getcpu(&cpu, &node);
    return node;
}

OrUnavailable<int> node_of(const void* address) {
    // Without target nodes move_pages moves nothing and only reports. No libnuma: this is the one call needed of it.
    const void* page = address;
    int node = -1;
    if (::syscall(SYS_move_pages, 0, 1UL, &page, nullptr, &node, 0) != 0)
        return Unavailable{errno == ENOSYS ? "this kernel has no NUMA support"
                                           : "cannot ask for the node of a page: " + failed("move_pages")};
    if (node == -ENOENT) return Unavailable{"the page has not been touched and is on no node yet"};
    if (node < 0) return Unavailable{std::string("cannot ask for the node of a page: ") + std::strerror(-node)};
    return node;
}

std::optional<std::string> bind_memory(void* address, std::size_t bytes, unsigned node) {
    const auto page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(address) / page_bytes * page_bytes;
    const auto end = (reinterpret_cast<std::uintptr_t>(address) + bytes + page_bytes - 1) / page_bytes * page_bytes;
    const Mask nodes = mask_of(node);
    // The kernel reads one bit less than it is told, and refuses masks beyond its own number of nodes only when a bit is set
    // there.
    const unsigned long bits = node + 2UL;
    if (::syscall(SYS_mbind, begin, end - begin, MPOL_PREFERRED, nodes.data(), bits, 0) == 0) return std::nullopt;
    if (errno == ENOSYS) return "memory cannot be bound: this kernel has no NUMA support";
    return "cannot bind memory to node " + std::to_string(node) + ": " + failed("mbind");
}

}  // namespace latchmark::machine
