// One sitting of a run: asks the counters whether they react, calibrates what is not, launches what is missing, and notes each in
// the journal.
#pragma once
#include <set>
#include <tuple>

#include "harness/machine/topology.hpp"
#include "harness/runner/journal.hpp"
#include "harness/runner/launch_text.hpp"
#include "harness/runner/launcher.hpp"
#include "harness/runner/progress.hpp"
#include "harness/runner/record.hpp"
#include "harness/runner/round_seen.hpp"
#include "harness/runner/rounds.hpp"

namespace latchmark::runner {

class Session {
public:
    // `begin_ns`: when this sitting began, on our clock.
    Session(Record& record, Journal& journal, Launcher& launcher, Progress& progress, const machine::Topology& topology,
            std::uint64_t begin_ns);

    // Until everything is done, or somebody asks to stop: true when nothing is missing. The launch in flight is then
    // killed and forgotten. Throws InfrastructureError when the journal cannot be written.
    [[nodiscard]] bool run();

private:
    [[nodiscard]] bool measure();
    [[nodiscard]] bool control();
    [[nodiscard]] bool calibrate();
    [[nodiscard]] bool measure_round(unsigned round);
    [[nodiscard]] bool is_done(unsigned round, const Slot& slot) const;
    [[nodiscard]] LaunchRecord launch(const Slot& slot, unsigned round, RoundSeen& seen_of_round);
    [[nodiscard]] std::uint64_t at_ns() const;
    [[nodiscard]] double at_s() const;

    Record& record_;
    Journal& journal_;
    Launcher& launcher_;
    Progress& progress_;
    const machine::Topology& topology_;
    std::uint64_t begin_ns_;
    RoleStatuses role_statuses_{};
    std::vector<std::size_t> measured_points_;
    std::vector<unsigned> cpus_;                                     // that launches of the plan use
    std::set<std::tuple<unsigned, std::size_t, std::size_t>> done_;  // round, point, side
};

// Expected seconds of what a session still has to do.
[[nodiscard]] double remaining_s(const Record& record);

}  // namespace latchmark::runner
