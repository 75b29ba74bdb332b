// Every row of every table, byte by byte: against libpfm4, and what it lacks against older cores.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/utsname.h>
#include <system_error>
#include <vector>

#include "harness/counters/event_table.hpp"
#include "harness/counters/libpfm.hpp"
#include "harness/counters/role.hpp"
#include "harness/counters/tables.hpp"
#include "harness/counters/tsv.hpp"

namespace latchmark::counters {
namespace {

constexpr std::string_view kKnown = "libpfm4 4.13", kLater = "libpfm4 2024-10";
constexpr int kOldestMinor = 13;
constexpr std::uint32_t kRaw = 4;  // PERF_TYPE_RAW

bool is_known(const EventRow& row) { return row.source == kKnown || row.source.starts_with(std::string(kKnown) + "; "); }

// libpfm4 is built for one architecture and has no tables of others; the kernel's own events are in each.
bool is_of_this_architecture(const EventTable& table) {
    utsname machine{};
    if (::uname(&machine) != 0 || table.rows.empty()) return false;
    const bool is_arm = std::string_view(machine.machine) == "aarch64";
    const std::string_view event = table.rows.front().event;
    return event.starts_with("perf::") || event.starts_with("arm_") == is_arm;
}

// Of libpfm.so.4.13.0; none when the library is linked statically or named otherwise.
std::optional<int> minor_version() {
    const std::string file = libpfm_file().value_or("");
    const std::string_view head = "libpfm.so.4.";
    int minor = 0;
    if (!file.starts_with(head)) return std::nullopt;
    const auto [end, error] = std::from_chars(file.data() + head.size(), file.data() + file.size(), minor);
    return error == std::errc{} ? std::optional(minor) : std::nullopt;
}

std::string_view name_without_core(std::string_view event) { return event.substr(event.find("::") + 2); }

using Numbers = std::map<std::string_view, std::vector<Encoding>>;

// What the names of events mean on cores that libpfm4 4.13 knows: makers keep numbers from core to core. The few that are new
// or changed are written down a second time.
Numbers numbers_by_name() {
    Numbers numbers{
        {"OFFCORE_REQUESTS:DEMAND_RFO", {{kRaw, 0x421, 0, 0}}},                              // Sapphire Rapids on
        {"MAB_ALLOCATION_BY_TYPE:LS", {{kRaw, 0x741, 0, 0}}},                                // Zen 5
        {"RETIRED_LOCK_INSTRUCTIONS:ANY", {{kRaw, 0x1f25, 0, 0}}},                           // Zen 5
        {"ANY_DATA_CACHE_FILLS_FROM_SYSTEM:NEAR_FAR_CACHE_NEAR", {{kRaw, 0x444, 0, 0}}},     // renamed with Zen 5
        {"ANY_DATA_CACHE_FILLS_FROM_SYSTEM:NEAR_FAR_CACHE_FAR", {{kRaw, 0x1044, 0, 0}}},     // likewise
        {"DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:NEAR_FAR_CACHE_NEAR", {{kRaw, 0x443, 0, 0}}},  // likewise
        {"DEMAND_DATA_CACHE_FILLS_FROM_SYSTEM:NEAR_FAR_CACHE_FAR", {{kRaw, 0x1043, 0, 0}}},  // likewise
        {"STALL_BACKEND_ST", {{kRaw, 0x8168, 0, 0}}},                                        // Neoverse V3 and N3
    };
    for (const EventTable& table : all_event_tables())
        for (const EventRow& row : table.rows)
            if (is_known(row)) numbers[name_without_core(row.event)].push_back(row.encoding);
    return numbers;
}

// What is wrong with a row, or nothing. What libpfm4 4.13 lacks it may still not know, but never otherwise.
std::string objection_to(const EventRow& row, bool is_here, const Numbers& numbers) {
    const std::string event(row.event);
    if (find_role(row.role) == nullptr) return "no such role: " + std::string(row.role);
    if (!is_known(row)) {
        if (!row.source.starts_with(std::string(kLater) + "; ")) return "no second source: " + std::string(row.source);
        const auto found = numbers.find(name_without_core(row.event));
        if (found == numbers.end() || std::ranges::find(found->second, row.encoding) == found->second.end())
            return "no core has these numbers for " + event;
    }
    const auto encoding = is_here ? encoding_of(event) : std::nullopt;
    if (!encoding) return is_here && is_known(row) ? "libpfm4 does not know " + event : "";
    return *encoding == row.encoding ? "" : "libpfm4 has other numbers for " + event;
}

TEST(EventEncodings, AreTheOnesThatTheirNamesMean) {
    if (const auto minor = minor_version(); minor && *minor < kOldestMinor)
        GTEST_SKIP() << "libpfm4 4." << *minor << " is older than the tables, which are checked against 4." << kOldestMinor;
    const Numbers numbers = numbers_by_name();
    std::size_t tables = 0;
    for (const EventTable& table : all_event_tables()) {
        const bool is_here = is_of_this_architecture(table);
        tables += is_here ? 1U : 0U;
        for (const EventRow& row : table.rows) EXPECT_EQ(objection_to(row, is_here, numbers), "") << table.id << ": " << row.role;
    }
    EXPECT_GE(tables, 10U);
}

// Whether the check above would object to the line, were it in a table.
bool is_objected(const std::string& line, bool is_here, const Numbers& numbers) {
    const std::string text = "header\n" + line;
    try {
        const EventTable table = read_event_table("table", text);
        return table.rows.size() != 1 || !objection_to(table.rows.front(), is_here, numbers).empty();
    } catch (const std::runtime_error&) {
        return true;
    }
}

// A slip of the hand: another digit where a digit was.
char other_digit(char byte) {
    if (byte >= '0' && byte < '9') return static_cast<char>(byte + 1);
    if (byte >= 'a' && byte < 'f') return static_cast<char>(byte + 1);
    return byte == '9' ? 'a' : '#';
}

// From the role to the name of the first source: everything but notes and further sources, which only a person can check.
// Rows of another architecture are in its own build's hands, unless no libpfm4 is needed to check them.
TEST(EventEncodings, OfWhichAnyByteWereWrongWouldBeNoticed) {
    const Numbers numbers = numbers_by_name();
    std::size_t bytes = 0;
    for (const TableText& text : event_tables_tsv()) {
        const EventTable& table = *find_event_table(text.id);
        const bool is_here = is_of_this_architecture(table);
        const auto rows = rows_of(text.tsv, 7, text.id);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& fields = rows[i];
            if (is_known(table.rows[i]) && !(is_here && encoding_of(std::string(fields[1])))) continue;
            std::string line(fields.front().data(), fields.back().data() + fields.back().size());
            ASSERT_FALSE(is_objected(line, is_here, numbers)) << line;
            const auto column = [&](std::size_t n) { return static_cast<std::size_t>(fields[n].data() - fields.front().data()); };
            // The core before `::` is compared where tables are compared with each other.
            const std::size_t core = is_known(table.rows[i]) ? column(1) : column(1) + table.rows[i].event.find("::") + 1;
            for (std::size_t at = 0; at < column(5) + kKnown.size(); ++at) {
                if (at >= column(1) && at < core) continue;
                const char byte = line[at];
                line[at] = at < column(2) ? '#' : other_digit(byte);
                EXPECT_TRUE(is_objected(line, is_here, numbers)) << text.id << ": " << line;
                line[at] = byte;
                ++bytes;
            }
        }
    }
    EXPECT_GT(bytes, 20'000U);
}

}  // namespace
}  // namespace latchmark::counters
