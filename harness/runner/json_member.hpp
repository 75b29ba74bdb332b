// Reads members of JSON documents that somebody else wrote: what is missing or of another type is named in one line.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {

// The member converted to T. Throws UsageError: "`rounds` is missing", "`rounds` has the wrong type (string)".
template <typename T>
[[nodiscard]] T member(const nlohmann::json& object, const std::string& name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (found == object.end()) throw UsageError("`" + name + "` is missing");
    if constexpr (std::is_unsigned_v<T> && !std::is_same_v<T, bool>) {
        // The library would turn -1 and 1.5 into some other number without a word.
        if (!found->is_number_unsigned() || found->template get<std::uint64_t>() > std::numeric_limits<T>::max())
            throw UsageError("`" + name + "` is no whole number in range");
    }
    try {
        return found->template get<T>();
    } catch (const nlohmann::json::exception&) {
        throw UsageError("`" + name + "` has the wrong type (" + found->type_name() + ")");
    }
}

// None when it is missing or null.
template <typename T>
[[nodiscard]] std::optional<T> optional_member(const nlohmann::json& object, const std::string& name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (found == object.end() || found->is_null()) return std::nullopt;
    return member<T>(object, name);
}

template <typename T>
[[nodiscard]] nlohmann::json or_null(const std::optional<T>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace latchmark::runner
