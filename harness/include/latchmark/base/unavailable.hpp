// What could not be had, and why: the type that keeps a missing value from becoming a zero.
#pragma once
#include <string>
#include <variant>

namespace latchmark {

struct Unavailable {
    std::string why;  // a sentence for a person
    friend bool operator==(const Unavailable&, const Unavailable&) = default;
};

template <typename T>
using OrUnavailable = std::variant<T, Unavailable>;

}  // namespace latchmark
