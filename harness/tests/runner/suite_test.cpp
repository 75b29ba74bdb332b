// What the build says of itself.
#include "harness/runner/suite.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace latchmark::runner {
namespace {

TEST(Suite, KnowsItsBuild) {
    const auto suite = this_suite();
    for (const auto& text : {suite.version, suite.commit, suite.compiler, suite.build_type, suite.atomics})
        EXPECT_FALSE(text.empty());
    for (const auto& [name, version] : suite.libraries) EXPECT_FALSE(version.empty()) << name;
}

TEST(BuildId, IsReadFromTheProgram) {
    const auto id = build_id_of(kThisProgram);
    EXPECT_GE(id.size(), 16U);
    EXPECT_TRUE(std::all_of(id.begin(), id.end(), [](char digit) { return std::isxdigit(static_cast<unsigned char>(digit)); }));
    EXPECT_EQ(this_suite().build_id, id);
}

TEST(BuildId, OfAnythingElseIsNone) {
    for (const char* path : {"/nowhere", "/dev/null", "/", "/proc/self/status"}) EXPECT_EQ(build_id_of(path), "none") << path;
}

}  // namespace
}  // namespace latchmark::runner
