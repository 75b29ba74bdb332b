// An object graph: nodes with a name, found by their number in a map, each referring to two others.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <utility>

namespace benchmarks {

using NodeNumber = std::uint32_t;

// What a node holds follows from its number and the graph's version, and is another one in each version.
[[nodiscard]] constexpr std::uint64_t value_of(NodeNumber number, std::uint64_t version) {
    const std::uint64_t mixed = (number + 1 + version * 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U;
    return mixed ^ (mixed >> 32U);
}

inline constexpr std::size_t kReferences = 2;
// A neighbour and one far away: the first follows memory, the other jumps.
[[nodiscard]] constexpr NodeNumber target_of(NodeNumber number, std::size_t reference, NodeNumber nodes) {
    return static_cast<NodeNumber>((number + 1 + reference * (std::uint64_t{nodes} / 2)) % nodes);
}

// The value in letters, behind a word: longer than a string that libraries keep without memory of its own.
inline constexpr std::size_t kNameBytes = 24;
[[nodiscard]] inline std::array<char, kNameBytes> name_of(std::uint64_t value) {
    std::array<char, kNameBytes> name{'n', 'o', 'd', 'e', ' ', 'n', 'o', '.'};
    for (std::size_t i = kNameBytes; i-- > 8; value >>= 4U) name[i] = static_cast<char>('a' + (value & 15U));
    return name;
}

// Of whatever is read or written, in its order.
class Sum {
public:
    void add(std::uint64_t value) { sum_ = (sum_ ^ value) * 0x9E3779B97F4A7C15U; }
    void add(std::string_view text) {
        add(text.size());
        for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), sizeof(word));
            add(word);
        }
        for (const char letter : text) add(static_cast<unsigned char>(letter));
    }
    [[nodiscard]] std::uint64_t value() const { return sum_; }

private:
    std::uint64_t sum_ = 1;  // or zeros would leave no trace
};

// `Home` says what containers and pointers are made of.
template <typename Home>
class Graph {
public:
    struct Node {
        using String = typename Home::String;
        template <typename Allocator>
        Node(NodeNumber number_in_graph, const Allocator& allocator)
            : number(number_in_graph), name(typename Home::template Allocator<char>(allocator)) {}

        NodeNumber number;
        std::uint64_t value = 0;
        String name;
        std::array<typename Home::template Pointer<const Node>, kReferences> references{};
    };
    using Nodes = typename Home::template Map<NodeNumber, Node>;

    explicit Graph(const Home& home) : home_(&home), nodes_(typename Nodes::allocator_type(home.allocator())) {}

    [[nodiscard]] const Nodes& nodes() const { return nodes_; }

    void clear() { nodes_.clear(); }

    // Nodes come in the order of their numbers. What they refer to is filled in by whoever adds them.
    [[nodiscard]] Node& add(NodeNumber number) {
        const auto added = nodes_.emplace_hint(nodes_.end(), std::piecewise_construct, std::forward_as_tuple(number),
                                               std::forward_as_tuple(number, home_->allocator()));
        return added->second;
    }

    // All nodes and what they refer to, in place of what was there.
    void build(NodeNumber nodes) {
        clear();
        for (NodeNumber number = 0; number < nodes; ++number) static_cast<void>(add(number));
        for (auto& [number, node] : nodes_)
            for (std::size_t i = 0; i < kReferences; ++i) node.references[i] = &nodes_.find(target_of(number, i, nodes))->second;
    }

    // Writes every node, and returns the sum that a reader must find.
    [[nodiscard]] std::uint64_t write(std::uint64_t version) {
        Sum sum;
        const auto nodes = static_cast<NodeNumber>(nodes_.size());
        for (auto& [number, node] : nodes_) {
            node.value = value_of(number, version);
            const auto name = name_of(node.value);
            node.name.assign(name.data(), name.size());
            sum.add(number);
            sum.add(node.value);
            sum.add(std::string_view(name.data(), name.size()));
            for (std::size_t i = 0; i < kReferences; ++i) sum.add(value_of(target_of(number, i, nodes), version));
        }
        return sum.value();
    }

    // Reads every node and follows every reference, but none that leads out of the graph's home: then it returns 0, which is no
    // graph's sum.
    [[nodiscard]] std::uint64_t checked_sum() const {
        Sum sum;
        for (const auto& [number, node] : nodes_) {
            if (!home_->holds(node.name.data(), node.name.size())) return 0;
            sum.add(number);
            sum.add(node.value);
            sum.add(std::string_view(node.name.data(), node.name.size()));
            for (const auto& reference : node.references) {
                if (!reference || !home_->holds(&*reference, sizeof(Node))) return 0;
                sum.add(reference->value);
            }
        }
        return sum.value();
    }

private:
    const Home* home_;
    Nodes nodes_;
};

}  // namespace benchmarks
