// Pieces of work follow one another: done in parts or in one go, it is the same chain.
#include "latchmark/base/chain.hpp"

#include <gtest/gtest.h>

namespace latchmark {
namespace {

TEST(ChainTest, APieceGoesOnFromTheResultOfTheLast) {
    Chain whole;
    Chain parts;
    whole.run(30);
    for (const std::uint64_t steps : {10U, 0U, 19U, 1U}) parts.run(steps);
    EXPECT_EQ(parts.result(), whole.result());
    whole.run(1);
    EXPECT_NE(parts.result(), whole.result());
}

}  // namespace
}  // namespace latchmark
