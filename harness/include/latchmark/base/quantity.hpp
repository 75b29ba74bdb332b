// Something that a workload measures beside its operations, such as memory held or the time until a queue was drained.
#pragma once
#include <string_view>

#include "latchmark/base/unavailable.hpp"  // a value of it is an OrUnavailable<double>

namespace latchmark {

struct Quantity {
    std::string_view name;       // snake_case, a metric of its own
    std::string_view unit;       // ns, B, share, 1
    std::string_view direction;  // lower, higher or none: which way is better
    std::string_view meaning;    // a sentence for the page
};

}  // namespace latchmark
