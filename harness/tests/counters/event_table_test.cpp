// The tables as a whole, and the generic tier's numbers against the kernel's header.
#include "harness/counters/event_table.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/counters/libpfm.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {
namespace {

constexpr std::uint64_t cache(std::uint64_t id, std::uint64_t operation, std::uint64_t result) {
    return id | operation << 8U | result << 16U;
}

TEST(GenericEvents, HaveTheKernelsNumbers) {
    constexpr std::uint64_t read = PERF_COUNT_HW_CACHE_OP_READ, write = PERF_COUNT_HW_CACHE_OP_WRITE;
    constexpr std::uint64_t miss = PERF_COUNT_HW_CACHE_RESULT_MISS;
    const std::map<std::string, Encoding> expected{
        {"cycles", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 0}},
        {"instructions", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0, 0}},
        {"ref_cycles", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES, 0, 0}},
        {"branches", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 0, 0}},
        {"branch_misses", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES, 0, 0}},
        {"generic_cache_references", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES, 0, 0}},
        {"generic_cache_misses", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES, 0, 0}},
        {"generic_stalls_frontend", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, 0, 0}},
        {"generic_stalls_backend", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND, 0, 0}},
        {"generic_l1d_load_misses", {PERF_TYPE_HW_CACHE, cache(PERF_COUNT_HW_CACHE_L1D, read, miss), 0, 0}},
        {"generic_llc_load_misses", {PERF_TYPE_HW_CACHE, cache(PERF_COUNT_HW_CACHE_LL, read, miss), 0, 0}},
        {"generic_dtlb_load_misses", {PERF_TYPE_HW_CACHE, cache(PERF_COUNT_HW_CACHE_DTLB, read, miss), 0, 0}},
        {"generic_dtlb_store_misses", {PERF_TYPE_HW_CACHE, cache(PERF_COUNT_HW_CACHE_DTLB, write, miss), 0, 0}},
        {"generic_node_load_misses", {PERF_TYPE_HW_CACHE, cache(PERF_COUNT_HW_CACHE_NODE, read, miss), 0, 0}},
        {"task_clock", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 0, 0}},
        {"page_faults", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 0, 0}},
        {"minor_faults", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, 0, 0}},
        {"major_faults", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ, 0, 0}},
        {"context_switches", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0, 0}},
        {"cpu_migrations", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS, 0, 0}},
    };
    EXPECT_EQ(generic_events().rows.size(), expected.size());
    for (const EventRow& row : generic_events().rows) {
        ASSERT_TRUE(expected.contains(std::string(row.role))) << row.role;
        EXPECT_EQ(row.encoding, expected.at(std::string(row.role))) << row.role;
    }
}

TEST(Libpfm, AnswersForTablesOfOtherCpusAndSaysNoneForUnknownNames) {
    EXPECT_EQ(encoding_of("perf::NO-SUCH-EVENT"), std::nullopt);
    // x86's build has no Arm tables, and the other way round.
    EXPECT_TRUE(encoding_of("amd64_fam17h_zen2::RETIRED_INSTRUCTIONS") || encoding_of("arm_n1::INST_RETIRED"));
    EXPECT_TRUE(encoding_of("skx::INST_RETIRED") || encoding_of("arm_ac57::INST_RETIRED"));
}

TEST(EventTables, AreAllHereUnderTheirNames) {
    const std::vector<std::string> ids{"skl",  "skx", "clx", "icl", "icx", "spr", "emr", "gnr", "zen2", "zen3", "zen4",
                                       "zen5", "n1",  "n2",  "n3",  "v1",  "v2",  "v3",  "a57", "a72",  "a76",  "perf_generic"};
    std::vector<std::string> found;
    for (const EventTable& table : all_event_tables()) {
        found.push_back(table.id);
        EXPECT_EQ(find_event_table(table.id), &table);
    }
    EXPECT_EQ(found, ids);
    EXPECT_EQ(find_event_table("zen1"), nullptr);
    EXPECT_EQ(&generic_events(), find_event_table("perf_generic"));
}

TEST(EventTables, AnswerARoleOnceWithEventsOfOneCore) {
    std::set<std::string_view> cores;
    for (const EventTable& table : all_event_tables()) {
        std::set<std::string_view> roles, prefixes;
        for (const EventRow& row : table.rows) {
            EXPECT_TRUE(roles.insert(row.role).second) << table.id << ": " << row.role << " twice";
            EXPECT_NE(find_role(row.role), nullptr) << table.id << ": " << row.role;
            prefixes.insert(row.event.substr(0, row.event.find("::")));
        }
        EXPECT_EQ(prefixes.size(), 1U) << table.id;
        for (const std::string_view core : prefixes) EXPECT_TRUE(cores.insert(core).second) << core << " in two tables";
        EXPECT_NE(table.row_for("cycles"), nullptr) << table.id;
        EXPECT_NE(table.row_for("instructions"), nullptr) << table.id;
    }
}

// The bits that the kernel lets a raw event have, and registers beside it that only the offcore-response events take.
TEST(EventTables, HaveNumbersThatTheirCoresTake) {
    constexpr std::uint64_t kIntel = 0xff84ffff;  // event, unit mask, edge, inversion, counter mask
    constexpr std::uint64_t kAmd = 0xf0000ffff;   // event, unit mask, event bits 8 to 11
    constexpr std::uint64_t kArm = 0xffff;
    const std::set<std::uint64_t> offcore_response{0x1b7, 0x1bb, 0x12a, 0x12b};
    for (const EventTable& table : all_event_tables()) {
        for (const EventRow& row : table.rows) {
            SCOPED_TRACE(table.id + ": " + std::string(row.role));
            EXPECT_EQ(row.encoding.config1 != 0, offcore_response.contains(row.encoding.config));
            if (table.id == "perf_generic") {
                EXPECT_NE(row.encoding.type, PERF_TYPE_RAW);
                continue;
            }
            EXPECT_EQ(row.encoding.type, PERF_TYPE_RAW);
            const bool is_amd = row.event.starts_with("amd64_");
            const std::uint64_t allowed = is_amd ? kAmd : row.event.starts_with("arm_") ? kArm : kIntel;
            EXPECT_EQ(row.encoding.config & ~allowed, 0U);
        }
    }
}

constexpr const char* kHeader = "role\tevent\tperf_type\tconfig\tconfig1\tsource\tnote\n";

TEST(EventTables, KeepConfigsBeyond32Bits) {
    const std::string text =
        std::string(kHeader) + "ref_cycles\tzen4::X\t4\t0x100000120\t0x10003c0002\tlibpfm4 4.13\tnote; with [brackets]\n";
    const EventTable table = read_event_table("zen4", text);
    ASSERT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.row_for("ref_cycles")->encoding, (Encoding{4, 0x100000120, 0x10003c0002, 0}));
    EXPECT_EQ(table.row_for("ref_cycles")->source, "libpfm4 4.13");
    EXPECT_EQ(table.row_for("ref_cycles")->note, "note; with [brackets]");
    EXPECT_EQ(table.row_for("cycles"), nullptr);
}

std::string error_of(const std::string& rows) {
    try {
        static_cast<void>(read_event_table("table", kHeader + rows));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "read";
}

TEST(EventTables, RefuseBrokenRowsWithTheirLine) {
    EXPECT_EQ(error_of("a\tb\t4\t0x1\t0x0\tyes\n"), "table: 2: 6 fields instead of 7");
    EXPECT_EQ(error_of("a\tb\t4\t0x1\t0x0\tyes\t\na\tb\t4\t0x1z\t0x0\tyes\t\n"), "table: 3: numbers expected for a");
    EXPECT_EQ(error_of("a\tb\t4\t1\t0x0\tyes\t\n"), "table: 2: numbers expected for a");
    EXPECT_EQ(error_of("a\tb\t-4\t0x1\t0x0\tyes\t\n"), "table: 2: numbers expected for a");
    EXPECT_EQ(error_of("a\tb\t4\t0x1\t0x10000000000000000\tyes\t\n"), "table: 2: numbers expected for a");
    EXPECT_EQ(error_of(""), "read");
}

}  // namespace
}  // namespace latchmark::counters
