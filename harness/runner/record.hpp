// A run as far as it has come: what the journal holds line by line and the run file at the end.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/control/control.hpp"
#include "harness/machine/disturbance.hpp"
#include "harness/runner/calibration.hpp"
#include "harness/runner/launcher.hpp"
#include "harness/runner/outcome.hpp"
#include "harness/runner/plan.hpp"

namespace latchmark::runner {

struct LaunchRecord {
    std::size_t point = 0;
    std::size_t side = 0;
    unsigned round = 0;
    LaunchStatus status = LaunchStatus::failed;
    std::string why{};
    std::string text{};  // the launch as JSON, exactly as in the run file: written once and passed on unread
};

// A round that one sitting measured from its first launch to its last.
struct RoundRecord {
    unsigned round = 0;
    std::string text{};  // as in the run file, like a launch's
};

struct Failure {
    LaunchStatus status = LaunchStatus::failed;
    std::string why{};
};

// Known when a run begins, and never changed by resuming it.
struct Beginning {
    std::string id{};
    std::string started_utc{};
    std::vector<std::string> command{};
    double expected_s = 0;
    std::vector<Side> sides{};
    std::string suite{}, machine{}, counters{};  // those members of the run file as JSON text; the machine without its clock
};

struct Record {
    Beginning beginning{};
    Plan plan{};                                                 // with the batches found so far
    std::optional<std::vector<control::RoleControl>> control{};  // none before the counters were asked
    std::map<std::size_t, Failure> uncalibrated{};               // points whose calibration failed: all their launches fail alike
    std::vector<LaunchRecord> launches{};
    std::vector<RoundRecord> rounds{};
    machine::Disturbance disturbance{};  // over the whole run: what is too small to be seen in one launch
    unsigned resumed = 0;
    double measured_s = 0;  // in all sessions so far
};

// Enters what the positive control has shown: no launch counts a role that failed.
void note(std::vector<control::RoleControl> control, Record& record);

// Enters what calibrating a point has shown.
void note(const Calibration& calibration, std::size_t point, Record& record);

}  // namespace latchmark::runner
