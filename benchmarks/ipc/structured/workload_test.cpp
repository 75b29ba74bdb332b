// Every graph arrives as it was written, with threads and with processes; whatever is changed on its way is noticed.
#include "benchmarks/ipc/structured/workload.hpp"

#include <gtest/gtest.h>
#include <memory_resource>
#include <sys/mman.h>

#include "benchmarks/primitives/processes/child.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::ipc {
namespace {

[[nodiscard]] latchmark::Setting setting_of(double nodes) { return {.workers = 2, .parameters = {{"nodes", nodes}}}; }

// Stand-ins of a library that is missing share nothing.
template <typename Workload>
constexpr std::string_view kAbsent{};
template <Change kChange>
constexpr std::string_view kAbsent<Structured<ByShare<kChange>>> = kSharedHomeAbsent;

template <typename Workload>
class StructuredTest : public testing::Test {};
using Workloads = testing::Types<Structured<ByCopy<BinaryFormat>>, Structured<ByCopy<TextFormat>>,
                                 Structured<ByShare<Change::in_place>>, Structured<ByShare<Change::rebuilt>>>;
TYPED_TEST_SUITE(StructuredTest, Workloads);

TYPED_TEST(StructuredTest, EveryGraphArrivesWhole) {
    for (const double nodes : {1, 10, 500}) {
        const auto trial = latchmark::trial_of<TypeParam>(setting_of(nodes), 5);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << nodes << " nodes";
    }
}

// Memory that a child shares, as the workload's own is.
class SharedMapping {
public:
    static constexpr std::size_t kBytes = std::size_t{8} << 20U;
    [[nodiscard]] void* get() const { return address_; }
    SharedMapping() { EXPECT_NE(address_, MAP_FAILED); }
    ~SharedMapping() { ::munmap(address_, kBytes); }
    SharedMapping(const SharedMapping&) = delete;
    SharedMapping& operator=(const SharedMapping&) = delete;

private:
    void* address_ = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
};

TYPED_TEST(StructuredTest, ArrivesInAnotherProcess) {
    if (!kAbsent<TypeParam>.empty()) GTEST_SKIP() << kAbsent<TypeParam>;
    const SharedMapping mapping;
    std::pmr::monotonic_buffer_resource memory(mapping.get(), SharedMapping::kBytes, std::pmr::null_memory_resource());
    auto setting = setting_of(200);
    setting.team = latchmark::Team::processes;
    setting.memory = &memory;
    const auto workload = latchmark::make_workload<TypeParam>(setting);
    {
        Child receiver([&] { workload->run(1, 20); });
        Child sender([&] { workload->run(0, 20); });
        EXPECT_EQ(sender.wait(), 0);
        EXPECT_EQ(receiver.wait(), 0);
    }
    EXPECT_TRUE(workload->verify(40));
    EXPECT_FALSE(workload->verify(38));
}

TYPED_TEST(StructuredTest, TakesTwoWorkers) {
    auto setting = setting_of(10);
    for (const std::size_t workers : {1U, 3U}) {
        setting.workers = workers;
        EXPECT_THROW(TypeParam{setting}, std::invalid_argument);
    }
}

template <typename Format>
class FormatTest : public testing::Test {};
using Formats = testing::Types<BinaryFormat, TextFormat>;
TYPED_TEST_SUITE(FormatTest, Formats);

struct Encoded {
    OwnHome home{};
    OwnGraph graph{home};
    std::uint64_t sum = 0;
    std::string bytes{};
};

template <typename Format>
void encode_into(Encoded& encoded, NodeNumber nodes) {
    encoded.graph.build(nodes);
    encoded.sum = encoded.graph.write(7);
    encode<Format>(encoded.graph, encoded.bytes);
}

TYPED_TEST(FormatTest, AFlippedBitIsNoticedWhereverItIs) {
    Encoded sent;
    encode_into<TypeParam>(sent, 5);
    for (std::size_t bit = 0; bit < 8 * sent.bytes.size(); ++bit) {
        std::string spoilt = sent.bytes;
        spoilt[bit / 8] = static_cast<char>(spoilt[bit / 8] ^ (1 << bit % 8));
        Encoded got;
        EXPECT_TRUE(!decode<TypeParam>(spoilt, got.graph) || got.graph.checked_sum() != sent.sum) << "bit " << bit;
    }
}

TYPED_TEST(FormatTest, NoBeginningOfAGraphIsTakenForOne) {
    Encoded sent;
    encode_into<TypeParam>(sent, 5);
    for (std::size_t bytes = 0; bytes < sent.bytes.size(); ++bytes) {
        Encoded got;
        EXPECT_FALSE(decode<TypeParam>(std::string_view(sent.bytes).substr(0, bytes), got.graph)) << bytes << " bytes";
    }
}

TYPED_TEST(FormatTest, MoreThanAGraphIsNone) {
    Encoded sent;
    encode_into<TypeParam>(sent, 5);
    Encoded got;
    EXPECT_FALSE(decode<TypeParam>(sent.bytes + "1", got.graph));
}

TEST(GraphTest, EachVersionHasAnotherSum) {
    const OwnHome home;
    OwnGraph graph(home);
    graph.build(10);
    const std::uint64_t first = graph.write(1);
    EXPECT_EQ(graph.checked_sum(), first);
    EXPECT_NE(graph.write(2), first);
    EXPECT_NE(graph.checked_sum(), first);
}

TEST(GraphTest, AReferenceToNothingIsNotFollowed) {
    const OwnHome home;
    OwnGraph graph(home);
    static_cast<void>(graph.add(0));
    EXPECT_EQ(graph.checked_sum(), 0U);
}

TEST(SharedHomeTest, HoldsWhatLiesInIt) {
    if (!kSharedHomeAbsent.empty()) GTEST_SKIP() << kSharedHomeAbsent;
    latchmark::Slots<std::byte> block(65536, std::pmr::get_default_resource());
    const SharedHome home(block.begin(), block.size());
    EXPECT_TRUE(home.holds(block.begin(), block.size()));
    EXPECT_FALSE(home.holds(block.begin(), block.size() + 1));
    EXPECT_FALSE(home.holds(block.begin() - 1, 1));
    EXPECT_FALSE(home.holds(block.end(), 1));
    EXPECT_FALSE(home.holds(&home, 1));
}

TEST(SharedHomeTest, AReferenceThatLeadsOutIsNotFollowed) {
    if (!kSharedHomeAbsent.empty()) GTEST_SKIP() << kSharedHomeAbsent;
    latchmark::Slots<std::byte> block(65536, std::pmr::get_default_resource());
    const SharedHome home(block.begin(), block.size());
    Graph<SharedHome> graph(home);
    Graph<SharedHome>::Node& node = graph.add(0);
    const Graph<SharedHome>::Node outside(1, home.allocator());
    node.references = {&node, &node};
    EXPECT_NE(graph.checked_sum(), 0U);
    node.references[1] = &outside;
    EXPECT_EQ(graph.checked_sum(), 0U);
}

// Announces another sum than that of what it sends, once: as if a byte had been changed after it was written.
class SpoilsOne : public ByCopy<BinaryFormat> {
public:
    using ByCopy::ByCopy;
    [[nodiscard]] std::uint64_t receive(const Announcement& announced, const BytePipe& pipe) {
        const std::uint64_t sum = ByCopy::receive(announced, pipe);
        return announced.version == 3 ? sum ^ 1U : sum;
    }
};

TEST(StructuredSabotage, AGraphThatWasChangedOnItsWayIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Structured<SpoilsOne>>(setting_of(10), 5).finds_all);
}

// Sends the graph before the last one once more.
class RepeatsOne : public ByShare<Change::in_place> {
public:
    using ByShare::ByShare;
    void send(std::uint64_t version, const BytePipe& pipe) { ByShare::send(version == 3 ? 2 : version, pipe); }
};

TEST(StructuredSabotage, AGraphThatComesTwiceIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<Structured<RepeatsOne>>(setting_of(10), 5).finds_all);
}

}  // namespace
}  // namespace benchmarks::ipc
