// The walk and the stores.
#include "harness/control/missing_lines.hpp"

#include <algorithm>

#include "harness/control/instructions.hpp"
#include "latchmark/base/do_not_optimize.hpp"

namespace latchmark::control {

namespace {

// 64 MiB of the usual pages of 4 KiB; of larger pages still more than a TLB has entries.
constexpr std::size_t kBytes = std::size_t{64} << 20U;
constexpr std::size_t kFewestPages = 4'096;

}  // namespace

MissingLines::MissingLines() : pages_(kApart * std::max(kBytes / page_bytes(), kFewestPages)) {
    for (std::size_t page = 0; page < count(); ++page) *line(page) = std::byte{1};
}

void MissingLines::prepare(std::size_t /*worker*/, Stretch /*stretch*/) {
    for (std::size_t page = 0; page < count(); ++page) evict_line(line(page));
}

RandomWalk::RandomWalk() {
    for (std::size_t page = 0; page < count(); ++page) *reinterpret_cast<const void**>(line(page)) = line(page_after(page));
}

std::uint64_t RandomWalk::run(std::size_t /*worker*/, Stretch stretch) {
    const void* const itself = &itself;
    const void* const first = stretch == Stretch::idle ? &itself : static_cast<const void*>(line(0));
    const void* place = first;
    for (std::size_t step = 0; step < count(); ++step) {
        place = *static_cast<const void* const*>(place);
        do_not_optimize(place);
    }
    // Back where it began, so it has seen every page.
    return stretch == Stretch::stimulus && place == first ? count() : 0;
}

std::uint64_t MissingStores::run(std::size_t /*worker*/, Stretch stretch) {
    const bool is_idle = stretch == Stretch::idle;
    std::size_t page = 0;
    for (std::size_t step = 0; step < count(); ++step) {
        std::byte* const target = line(is_idle ? 0 : page);
        do_not_optimize(target);
        *target = std::byte{2};
        page = page_after(page);
    }
    return is_idle ? 0 : count();
}

}  // namespace latchmark::control
