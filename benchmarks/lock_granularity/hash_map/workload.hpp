// One hash map that all workers look up and update, behind one lock, many, or none.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <stdexcept>
#include <vector>

#include "benchmarks/primitives/maps/bucket_map.hpp"
#include "benchmarks/primitives/no_lock.hpp"
#include "benchmarks/primitives/picks/pick_lists.hpp"
#include "benchmarks/primitives/picks/zipf.hpp"
#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::lock_granularity {

// 4096 buckets of 64 bytes, 256 KiB: within the second-level cache of nearly all CPUs, so that locks are compared, not memory.
inline constexpr std::uint64_t kKeys = 8192;

struct KeyPick {
    std::uint16_t key = 0;
    bool is_update = false;
};
static_assert(kKeys <= std::uint64_t{1} << 16U, "a pick holds any key");

// The keys that workers may pick. Shared: all of them, the same for every worker, so that the hottest key is everybody's.
// Partitioned: each worker the keys of its own stretch of buckets.
class KeyParts {
public:
    KeyParts(const latchmark::Setting& setting, const BucketMap& map, bool partitioned)
        : update_share_(1.0 - setting.parameter("reads") / 100.0), keys_(partitioned ? setting.workers : 1) {
        for (std::uint64_t key = 0; key < kKeys; ++key) {
            keys_[map.bucket_of(key) * keys_.size() / map.buckets()].push_back(static_cast<std::uint16_t>(key));
        }
        for (const auto& keys : keys_) ranks_.emplace_back(keys.size(), setting.parameter("key_skew"));
    }

    [[nodiscard]] KeyPick operator()(std::size_t worker, std::mt19937_64& generator) const {
        const std::size_t part = worker % keys_.size();
        return {.key = keys_[part][ranks_[part](generator)], .is_update = std::bernoulli_distribution(update_share_)(generator)};
    }

private:
    double update_share_;
    std::vector<std::vector<std::uint16_t>> keys_;
    std::vector<Zipf> ranks_;
};

// How a look-up holds a lock: as an update does, unless the lock lets readers in together.
template <typename Lock>
struct Reading : std::lock_guard<Lock> {
    using std::lock_guard<Lock>::lock_guard;
};
template <>
struct Reading<std::shared_mutex> : std::shared_lock<std::shared_mutex> {
    using std::shared_lock<std::shared_mutex>::shared_lock;
};

// The lockings: each says which lock covers a bucket.

struct Partition {  // needs none: no two workers have a bucket in common
    static constexpr bool kPartitioned = true;
    explicit Partition(const latchmark::Setting& /*setting*/) {}
    [[nodiscard]] NoLock& lock_of(BucketMap& /*map*/, std::size_t /*bucket*/) { return lock_; }
    NoLock lock_;
};

template <typename Lock>
class OneLock {
public:
    static constexpr bool kPartitioned = false;
    explicit OneLock(const latchmark::Setting& setting) : lock_(1, setting.memory) {}
    [[nodiscard]] Lock& lock_of(BucketMap& /*map*/, std::size_t /*bucket*/) { return lock_[0]; }

private:
    latchmark::Slots<Lock> lock_;
};

// Mutexes one after the other: at 40 bytes each, two or three of them lie on a line.
struct Packed {
    std::mutex mutex;
};

// Apart by 128 bytes: a line of their own, and no neighbour in the pair of lines that x86 fetches together. kIsolationSize
// would double the footprint for the sake of one CPU, and use only every fourth set of a cache.
struct alignas(128) Padded {
    std::mutex mutex;
};

template <typename Stripe>
class Striped {
public:
    static constexpr bool kPartitioned = false;
    explicit Striped(const latchmark::Setting& setting)
        : stripes_(static_cast<std::size_t>(setting.parameter("stripes")), setting.memory) {
        if (!std::has_single_bit(stripes_.size())) throw std::invalid_argument("the number of stripes is a power of two");
    }
    [[nodiscard]] std::mutex& lock_of(BucketMap& /*map*/, std::size_t bucket) {
        return stripes_[bucket & (stripes_.size() - 1)].mutex;  // a division would cost as much as the look-up
    }

private:
    latchmark::Slots<Stripe> stripes_;
};

struct BucketSpin {
    static constexpr bool kPartitioned = false;
    explicit BucketSpin(const latchmark::Setting& /*setting*/) {}
    [[nodiscard]] static TtasLock& lock_of(BucketMap& map, std::size_t bucket) { return map.lock_in(bucket); }
};

template <typename Locking>
class HashMap {
public:
    explicit HashMap(const latchmark::Setting& setting)
        : map_(kKeys, setting.memory),
          locking_(setting),
          picks_(setting, KeyParts(setting, map_, Locking::kPartitioned)),
          done_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        std::uint64_t updates = 0;
        std::uint64_t look_ups = 0;
        picks_.walk(worker, operations, [&](KeyPick pick) {
            const std::size_t bucket = map_.bucket_of(pick.key);
            auto& lock = locking_.lock_of(map_, bucket);
            if (pick.is_update) {
                const std::lock_guard held(lock);
                updates += update(bucket, pick.key);
            } else {
                const Reading<std::remove_reference_t<decltype(lock)>> held(lock);
                look_ups += look_up(bucket, pick.key);
            }
        });
        done_[worker].value.updates += updates;
        done_[worker].value.look_ups += look_ups;
    }

    // Every operation found its key, and every update is in the map.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        Done done;
        for (const auto& worker : done_) {
            done.updates += worker.value.updates;
            done.look_ups += worker.value.look_ups;
        }
        return done.updates + done.look_ups == operations && map_.sum_of_values() == done.updates;
    }

private:
    struct Done {
        std::uint64_t updates = 0;
        std::uint64_t look_ups = 0;
    };

    // Both say whether the key was there, as 0 or 1.
    [[nodiscard]] unsigned update(std::size_t bucket, std::uint64_t key) {
        std::uint64_t* value = map_.value_of(bucket, key);
        if (value == nullptr) return 0;
        ++*value;
        return 1;
    }
    [[nodiscard]] unsigned look_up(std::size_t bucket, std::uint64_t key) {
        const std::uint64_t* value = map_.value_of(bucket, key);
        if (value == nullptr) return 0;
        latchmark::do_not_optimize(*value);  // or the value would not be read at all
        return 1;
    }

    BucketMap map_;
    Locking locking_;
    PickLists<KeyPick> picks_;
    latchmark::Slots<latchmark::Isolated<Done>> done_;
};

}  // namespace benchmarks::lock_granularity
