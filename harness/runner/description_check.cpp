// What can be wrong with a description.
#include "harness/runner/description_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "harness/launch/metrics.hpp"

namespace latchmark::runner {

namespace {

class Check {
public:
    explicit Check(const Experiment& experiment) : experiment_(experiment) {}

    void all() {
        name();
        variants();
        references();
        taste();
        axes();
        metrics();
        sweep();
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw std::invalid_argument("experiment " + experiment_.name + ": " + why);
    }

    void name() const {
        const auto& name = experiment_.name;
        if (std::count(name.begin(), name.end(), '/') != 1 || name.front() == '/' || name.back() == '/')
            refuse("the name must be family/experiment");
    }

    void variants() {
        for (const auto& variant : experiment_.variants) {
            if (!names_.insert(variant.name).second) refuse("two variants are named " + variant.name);
            if (!variant.options.teams.empty() && variant.options.teams_reason.empty())
                refuse("variant " + variant.name + " leaves teams out and gives no reason");
            if (needs_two() && (variant.options.never_threaded || variant.options.most_workers == 1))
                refuse("variant " + variant.name + " is for one worker, and every team has at least two");
        }
    }

    // Such a variant would have no point, and nothing would say why.
    [[nodiscard]] bool needs_two() const {
        return experiment_.workers != WorkerSweep::one && experiment_.workers != WorkerSweep::one_to_all_cores;
    }

    void must_exist(const std::string& who, const std::vector<std::string>& named) const {
        for (const auto& name : named)
            if (!names_.contains(name)) refuse(std::string(who).append(" names ").append(name).append(", which is no variant"));
    }

    void references() const {
        if (!names_.contains(experiment_.baseline)) refuse("the baseline " + experiment_.baseline + " is no variant");
        must_exist("ties_at_one_worker", experiment_.ties_at_one_worker);
        must_exist("the taste", experiment_.taste);
        for (const auto& axis : experiment_.axes) must_exist("axis " + axis.name, axis.variants);
        for (const auto& variant : experiment_.variants) {
            const auto& baseline = variant.options.baseline;
            if (baseline.empty()) continue;
            must_exist("the baseline of variant " + variant.name, {baseline});
            if (baseline == variant.name) refuse("variant " + variant.name + " is its own baseline");
        }
    }

    // A quick look must be able to compare what it shows.
    void taste() const {
        if (experiment_.taste.empty()) return;
        const std::set<std::string> taste(experiment_.taste.begin(), experiment_.taste.end());
        if (!taste.contains(experiment_.baseline)) refuse("the taste leaves the baseline out");
        for (const auto& variant : experiment_.variants) {
            const auto& baseline = variant.options.baseline;
            if (taste.contains(variant.name) && !baseline.empty() && !taste.contains(baseline))
                refuse("the taste has variant " + variant.name + " without its baseline " + baseline);
        }
    }

    void axes() const {
        std::set<std::string> axes;
        for (const auto& axis : experiment_.axes) {
            if (!axes.insert(axis.name).second) refuse("two axes are named " + axis.name);
            if (std::find(axis.values.begin(), axis.values.end(), axis.middle) == axis.values.end())
                refuse("the middle of axis " + axis.name + " is none of its values");
            for (const double value : axis.taste_values)
                if (std::find(axis.values.begin(), axis.values.end(), value) == axis.values.end())
                    refuse("the taste of axis " + axis.name + " has a value that is none of its values");
            if (!axis.taste_values.empty() && !axis.in_taste)
                refuse("axis " + axis.name + " has values for a taste and is not in it");
        }
    }

    // Metrics are found by name: two of one name would be one, with the values of both.
    void metrics() const {
        std::map<std::string_view, const Quantity*> quantities;
        for (const auto& variant : experiment_.variants) {
            std::set<std::string_view> own;
            for (const auto& quantity : variant.quantities) {
                check(quantity);
                if (!own.insert(quantity.name).second)
                    refuse("variant " + variant.name + " has two quantities named " + std::string(quantity.name));
                const Quantity& known = *quantities.emplace(quantity.name, &quantity).first->second;
                if (std::tie(known.unit, known.direction, known.meaning) !=
                    std::tie(quantity.unit, quantity.direction, quantity.meaning))
                    refuse("two variants mean different things by the quantity " + std::string(quantity.name));
            }
        }
        auto others = experiment_;
        for (auto& variant : others.variants) variant.quantities.clear();
        for (const auto& metric : launch::metrics_of(others))
            if (quantities.contains(metric.name)) refuse("the quantity " + metric.name + " has the name of another metric");
        if (!quantities.empty() && experiment_.workers == WorkerSweep::pairs)
            refuse("pairs of CPUs are measured without quantities");
    }

    void check(const Quantity& quantity) const {
        constexpr std::string_view kInNames = "abcdefghijklmnopqrstuvwxyz0123456789_";
        const std::string name(quantity.name);
        if (name.empty() || name.find_first_not_of(kInNames) != std::string::npos)
            refuse("the quantity '" + name + "' is not in snake_case");
        if (quantity.direction != "lower" && quantity.direction != "higher" && quantity.direction != "none")
            refuse("the direction of the quantity " + name + " is none of lower, higher, none");
        if (quantity.unit.empty() || quantity.meaning.empty()) refuse("the quantity " + name + " has no unit or no meaning");
    }

    // Without the first purpose a variant would have no point at most places and none on any axis, and nothing would say why.
    void first_purpose() const {
        const Purpose first = experiment_.purposes.front();
        for (const auto& variant : experiment_.variants) {
            if (!variant.options.absent.empty()) continue;
            const bool has_counts = !variant.tallies.empty() || !variant.final_tallies.empty();
            if ((first == Purpose::latency && !variant.records_latency) || (first == Purpose::counts && !has_counts))
                refuse("variant " + variant.name + " does not record what the experiment is first taken for");
        }
    }

    void sweep() const {
        const auto& placements = experiment_.placements;
        if (experiment_.teams.empty() || experiment_.purposes.empty()) refuse("it has no team or no purpose");
        first_purpose();
        if (std::find(placements.begin(), placements.end(), Placement::map_row) != placements.end())
            refuse("map_row is no placement of a team; WorkerSweep::pairs adds the rows where they are wanted");
        const bool is_pairs = experiment_.workers == WorkerSweep::pairs;
        if ((is_pairs || experiment_.workers == WorkerSweep::two_at_placements) && placements.empty())
            refuse("its workers are two at placements, and it has no placement");
        if (!is_pairs) return;
        if (!experiment_.axes.empty()) refuse("pairs of CPUs are measured without axes");
        if (experiment_.pair_sampling.pairs_per_class == 0 || experiment_.pair_sampling.pages == 0)
            refuse("it samples no pair or no page");
    }

    const Experiment& experiment_;
    std::set<std::string> names_{};
};

}  // namespace

void check(const Experiment& experiment) { Check(experiment).all(); }

}  // namespace latchmark::runner
