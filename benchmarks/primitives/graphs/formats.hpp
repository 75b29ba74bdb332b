// A graph as a row of bytes: nodes in their order, references as numbers.
#pragma once
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "benchmarks/primitives/graphs/graph.hpp"
#include "benchmarks/primitives/graphs/own_home.hpp"

namespace benchmarks {

using OwnGraph = Graph<OwnHome>;

// Numbers as they lie in memory: both ends are of one machine.
class BinaryFormat {
public:
    class Writer {
    public:
        explicit Writer(std::string& bytes) : bytes_(bytes) {}
        template <typename Number>
        void number(Number value) {
            std::array<char, sizeof(value)> raw{};
            std::memcpy(raw.data(), &value, sizeof(value));
            bytes_.append(raw.data(), raw.size());
        }
        void text(std::string_view value) {
            number(static_cast<std::uint32_t>(value.size()));
            bytes_.append(value);
        }

    private:
        std::string& bytes_;
    };

    // Each answers whether there was such a thing.
    class Reader {
    public:
        explicit Reader(std::string_view bytes) : bytes_(bytes) {}
        template <typename Number>
        [[nodiscard]] bool number(Number& value) {
            if (bytes_.size() < sizeof(value)) return false;
            std::memcpy(&value, bytes_.data(), sizeof(value));
            bytes_.remove_prefix(sizeof(value));
            return true;
        }
        [[nodiscard]] bool text(std::string_view& value) {
            std::uint32_t size = 0;
            if (!number(size) || bytes_.size() < size) return false;
            value = bytes_.substr(0, size);
            bytes_.remove_prefix(size);
            return true;
        }
        [[nodiscard]] bool is_at_end() const { return bytes_.empty(); }

    private:
        std::string_view bytes_;
    };
};

// Numbers in decimal, strings behind their length, a blank after each.
class TextFormat {
public:
    class Writer {
    public:
        explicit Writer(std::string& bytes) : bytes_(bytes) {}
        template <typename Number>
        void number(Number value) {
            std::array<char, 24> digits{};  // 20 hold any
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
            *end = ' ';
            bytes_.append(digits.data(), end + 1);
        }
        void text(std::string_view value) {
            number(value.size());
            bytes_.append(value);
            bytes_.push_back(' ');
        }

    private:
        std::string& bytes_;
    };

    class Reader {
    public:
        explicit Reader(std::string_view bytes) : bytes_(bytes) {}
        template <typename Number>
        [[nodiscard]] bool number(Number& value) {
            const auto [end, error] = std::from_chars(bytes_.data(), bytes_.data() + bytes_.size(), value);
            if (error != std::errc()) return false;
            bytes_.remove_prefix(static_cast<std::size_t>(end - bytes_.data()));
            return blank();
        }
        [[nodiscard]] bool text(std::string_view& value) {
            std::size_t size = 0;
            if (!number(size) || bytes_.size() < size) return false;
            value = bytes_.substr(0, size);
            bytes_.remove_prefix(size);
            return blank();
        }
        [[nodiscard]] bool is_at_end() const { return bytes_.empty(); }

    private:
        [[nodiscard]] bool blank() {
            if (!bytes_.starts_with(' ')) return false;
            bytes_.remove_prefix(1);
            return true;
        }
        std::string_view bytes_;
    };
};

// Into `bytes`, in place of what was there.
template <typename Format>
void encode(const OwnGraph& graph, std::string& bytes) {
    bytes.clear();
    typename Format::Writer writer(bytes);
    writer.number(static_cast<std::uint32_t>(graph.nodes().size()));
    for (const auto& [number, node] : graph.nodes()) {
        writer.number(node.value);
        writer.text(node.name);
        for (const auto* reference : node.references) writer.number(reference->number);
    }
}

// Into `graph`, in place of what was there; whether the bytes were a graph. Nothing is believed of them.
template <typename Format>
[[nodiscard]] bool decode(std::string_view bytes, OwnGraph& graph) {
    graph.clear();
    typename Format::Reader reader(bytes);
    std::uint32_t nodes = 0;
    // A node takes more than ten bytes in either format: a number that is not true must not ask for memory.
    if (!reader.number(nodes) || nodes > bytes.size() / 10) return false;
    std::vector<OwnGraph::Node*> all;
    std::vector<std::array<NodeNumber, kReferences>> targets(nodes);
    all.reserve(nodes);
    for (NodeNumber number = 0; number < nodes; ++number) {
        all.push_back(&graph.add(number));
        std::string_view name;
        if (!reader.number(all.back()->value) || !reader.text(name)) return false;
        all.back()->name = name;
        for (NodeNumber& target : targets[number])
            if (!reader.number(target) || target >= nodes) return false;
    }
    for (NodeNumber number = 0; number < nodes; ++number)
        for (std::size_t i = 0; i < kReferences; ++i) all[number]->references[i] = all[targets[number][i]];
    return reader.is_at_end();
}

}  // namespace benchmarks
