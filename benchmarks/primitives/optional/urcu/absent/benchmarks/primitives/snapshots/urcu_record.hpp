// Stands in for the record of liburcu where that was not found: compiles, and is never measured.
#pragma once
#include <mutex>
#include <string_view>

#include "benchmarks/primitives/snapshots/guarded_record.hpp"

namespace benchmarks {

inline constexpr std::string_view kUrcuAbsent = "built without liburcu, which CMake did not find";

class UrcuRecord : public GuardedRecord<std::mutex> {
public:
    using GuardedRecord<std::mutex>::GuardedRecord;
    static void attach() {}
};

}  // namespace benchmarks
