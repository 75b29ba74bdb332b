// Moments as text.
#include "harness/runner/utc.hpp"

#include <array>

namespace latchmark::runner {

namespace {

std::string formatted(std::time_t moment, const char* format) {
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string utc_text(std::time_t moment) { return formatted(moment, "%Y-%m-%dT%H:%M:%SZ"); }
std::string utc_name(std::time_t moment) { return formatted(moment, "%Y%m%dT%H%M%SZ"); }

}  // namespace latchmark::runner
