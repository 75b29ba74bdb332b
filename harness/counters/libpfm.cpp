// libpfm4 lives here alone: its header redefines all of <linux/perf_event.h>.
#include "harness/counters/libpfm.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <perfmon/pfmlib_perf_event.h>
#include <system_error>

namespace latchmark::counters {
namespace {

bool initialize() {
    // Tables of all CPUs, not only of the one that libpfm4 believes to have found: it knows fewer than we do.
    ::setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
    return ::pfm_initialize() == PFM_SUCCESS;
}

}  // namespace

std::optional<Encoding> encoding_of(const std::string& event) {
    static const bool is_ready = initialize();
    if (!is_ready) return std::nullopt;
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    pfm_perf_encode_arg_t request{};
    request.size = sizeof request;
    request.attr = &attributes;
    if (::pfm_get_os_event_encoding(event.c_str(), PFM_PLM3, PFM_OS_PERF_EVENT_EXT, &request) != PFM_SUCCESS) return std::nullopt;
    // Nothing else of its answer: it excludes guests everywhere and the hypervisor on AMD only.
    return Encoding{attributes.type, attributes.config, attributes.config1, attributes.config2};
}

std::optional<std::string> libpfm_file() {
    // pfm_get_version() says 4.0 for every 4.x.
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&::pfm_initialize), &info) == 0 || info.dli_fname == nullptr) return std::nullopt;
    std::error_code error;
    const auto file = std::filesystem::canonical(info.dli_fname, error);
    if (error || file.filename().string().find("libpfm") == std::string::npos) return std::nullopt;  // linked statically
    return file.filename().string();
}

}  // namespace latchmark::counters
