// What a process holds of the machine's memory, as its kernel file says.
#pragma once
#include <fstream>
#include <limits>
#include <string>
#include <sys/types.h>
#include <utility>

#include "latchmark/base/unavailable.hpp"

namespace benchmarks {

struct ProcessMemory {
    double rss_bytes = 0;   // pages that the process has mapped
    double pss_bytes = 0;   // the same, each divided among all that map it
    double huge_bytes = 0;  // its anonymous memory in huge pages
};

// Walks the page tables, so it is exact where the counters of /proc/<pid>/statm lag behind; takes some microseconds a megabyte.
[[nodiscard]] inline latchmark::OrUnavailable<ProcessMemory> memory_of(pid_t pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/smaps_rollup";
    std::ifstream file(path);
    std::string skipped;
    std::getline(file, skipped);  // the range of addresses
    ProcessMemory memory;
    int found = 0;
    for (std::string name; file >> name;) {
        double kib = 0;
        if (!(file >> kib)) break;
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');  // the unit, which is always kB
        for (const auto& [wanted, bytes] :
             {std::pair{"Rss:", &memory.rss_bytes}, {"Pss:", &memory.pss_bytes}, {"AnonHugePages:", &memory.huge_bytes}}) {
            if (name != wanted) continue;
            *bytes = kib * 1024;
            ++found;
        }
    }
    if (found != 3) return latchmark::Unavailable{"cannot read Rss, Pss and AnonHugePages in " + path};
    return memory;
}

}  // namespace benchmarks
