// One round as the run file has it.
#include "harness/runner/round_seen.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/runner/facts.hpp"

namespace latchmark::runner {

namespace {

constexpr const char* kForeignLoad = "foreign_load";

double seconds(std::uint64_t ns) { return static_cast<double>(ns) * 1e-9; }

// A value rather than a reason, the larger of two values.
OrUnavailable<double> worse(const OrUnavailable<double>& one, const OrUnavailable<double>& other) {
    const auto* first = std::get_if<double>(&one);
    const auto* second = std::get_if<double>(&other);
    if (first == nullptr) return second == nullptr ? one : other;
    return second == nullptr ? *first : std::max(*first, *second);
}

}  // namespace

void RoundSeen::add_launch(std::uint64_t wall_ns, const machine::Disturbance& disturbance) {
    launches_ns_ += wall_ns;
    if (const auto found = disturbance.find(kForeignLoad); found != disturbance.end())
        foreign_load_ = worse(foreign_load_, found->second);
}

RoundRecord RoundSeen::ended(std::uint64_t ended_ns, const machine::DisturbanceSnapshot& after) const {
    auto disturbance = machine::disturbance_between(before_, after);
    disturbance[kForeignLoad] = worse(disturbance[kForeignLoad], foreign_load_);
    const nlohmann::json round{{"round", round_},
                               {"began_s", seconds(began_ns_)},
                               {"ended_s", seconds(ended_ns)},
                               {"between_s", seconds(ended_ns - began_ns_ - launches_ns_)},
                               {"disturbance", json_of(disturbance)}};
    return {.round = round_, .text = round.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace latchmark::runner
