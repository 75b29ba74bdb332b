// How far a run is.
#include "harness/runner/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace latchmark::runner {

Progress::Progress(std::ostream& out, bool is_terminal, double total_s, std::function<double()> clock_s)
    : out_(out), is_terminal_(is_terminal), total_s_(total_s), clock_s_(std::move(clock_s)), begin_s_(clock_s_()) {}

void Progress::advance(double expected_s, const std::string& what) {
    done_s_ += expected_s;
    const double share = total_s_ > 0 ? std::min(1.0, done_s_ / total_s_) : 1.0;
    const int tenths = static_cast<int>(share * 10);
    if (!is_terminal_ && tenths <= tenths_said_) return;
    tenths_said_ = tenths;
    // As the run has gone so far: launches may take longer than was expected of them.
    const double left_s = done_s_ > 0 ? (clock_s_() - begin_s_) / done_s_ * std::max(0.0, total_s_ - done_s_) : total_s_;
    std::string line = std::to_string(static_cast<int>(share * 100)) + " %, about " + duration_text(left_s) + " left; " + what;
    if (!is_terminal_) {
        out_ << line << std::endl;
        return;
    }
    constexpr std::size_t kTerminalWidth = 79;
    line.resize(std::min(line.size(), kTerminalWidth));
    const std::size_t length = line.size();
    line.resize(std::max(length, line_length_), ' ');
    line_length_ = length;
    out_ << '\r' << line << std::flush;
}

void Progress::finish() {
    if (line_length_ > 0) out_ << '\r' << std::string(line_length_, ' ') << '\r' << std::flush;
    line_length_ = 0;
}

std::string duration_text(double seconds) {
    if (seconds < 90) return std::to_string(std::lround(seconds)) + " s";
    if (seconds < 90 * 60) return std::to_string(std::lround(seconds / 60)) + " min";
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f h", seconds / 3600);
    return text.data();
}

}  // namespace latchmark::runner
