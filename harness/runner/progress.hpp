// How far a run is, for the person who waits: one changing line on a terminal, a line every tenth elsewhere.
#pragma once
#include <functional>
#include <iosfwd>
#include <string>

namespace latchmark::runner {

class Progress {
public:
    // `total_s` is the expected time of everything that will be advanced over. `clock_s` gives the seconds since some start.
    Progress(std::ostream& out, bool is_terminal, double total_s, std::function<double()> clock_s);

    // So much of the expected time is done; `what` is said beside it.
    void advance(double expected_s, const std::string& what);

    // From here so much is left: calibrating has shown how long launches take.
    void expect(double left_s) { total_s_ = done_s_ + left_s; }

    // Leaves the terminal's line, so that other text can follow.
    void finish();

private:
    std::ostream& out_;
    bool is_terminal_;
    double total_s_;
    std::function<double()> clock_s_;
    double begin_s_;
    double done_s_ = 0;
    int tenths_said_ = 0;
    std::size_t line_length_ = 0;
};

// "40 s", "3 min", "2.5 h": as exact as a guess about the future deserves.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace latchmark::runner
