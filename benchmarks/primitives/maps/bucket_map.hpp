// A hash map of a fixed set of keys in buckets of one cache line: the data that different lockings guard.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <stdexcept>

#include "benchmarks/primitives/locks/ttas_lock.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// Keys are 0, 1, 2, ... and all are present from the beginning, with the value 0: nothing is allocated or moved later, so a
// bucket is all that a lock has to cover. The map itself takes no lock.
class BucketMap {
public:
    BucketMap(std::uint64_t keys, std::pmr::memory_resource* memory)
        : buckets_(std::bit_ceil(std::max(keys, kFewestKeys)) / 2, memory) {
        for (std::uint64_t key = 0; key < keys; ++key) {
            Bucket& bucket = buckets_[bucket_of(key)];
            if (bucket.used == bucket.entries.size()) throw std::length_error("a bucket of the map is full");
            bucket.entries[bucket.used++].key = key;
        }
    }

    [[nodiscard]] std::size_t buckets() const { return buckets_.size(); }

    // Fibonacci hashing: spreads consecutive keys so evenly that with two keys a bucket none holds more than three.
    [[nodiscard]] std::size_t bucket_of(std::uint64_t key) const {
        return (key * 0x9E37'79B9'7F4A'7C15U) >> shift_;  // 2^64 / golden ratio; the high bits are the well-mixed ones
    }

    // The value of a key, in its bucket; null when the key is not there.
    [[nodiscard]] std::uint64_t* value_of(std::size_t bucket, std::uint64_t key) {
        for (std::uint32_t i = 0; i < buckets_[bucket].used; ++i) {
            Entry& entry = buckets_[bucket].entries[i];
            if (entry.key == key) return &entry.value;
        }
        return nullptr;
    }

    // A lock that lies in the bucket: whoever takes it has fetched the data as well. Unused, it still takes its place, so that
    // the map is the same whatever guards it.
    [[nodiscard]] TtasLock& lock_in(std::size_t bucket) { return buckets_[bucket].lock; }

    [[nodiscard]] std::uint64_t sum_of_values() const {
        std::uint64_t sum = 0;
        for (const Bucket& bucket : buckets_) {
            for (const Entry& entry : bucket.entries) sum += entry.value;
        }
        return sum;
    }

private:
    struct Entry {
        std::uint64_t key = 0;
        std::uint64_t value = 0;
    };
    // One line of nearly all CPUs: reaching a key takes this line and no other of the map.
    struct alignas(64) Bucket {
        TtasLock lock;
        std::uint32_t used = 0;
        std::array<Entry, 3> entries{};
    };
    static_assert(sizeof(Bucket) == 64, "a bucket is one cache line");

    static constexpr std::uint64_t kFewestKeys = 4;  // one bucket would leave no bits of the hash to choose by

    latchmark::Slots<Bucket> buckets_;
    int shift_ = 64 - std::countr_zero(buckets_.size());
};

}  // namespace benchmarks
