// Transfers between two accounts, which have to be changed together, under different lockings.
#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "benchmarks/primitives/picks/pick_lists.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::lock_granularity {

// Apart by 128 bytes: a line of its own, and no neighbour in the pair of lines that x86 fetches together. What neighbours on one
// line cost is the question of false_sharing. All variants have the mutex, so that their footprint is the same.
struct alignas(128) Account {
    std::mutex mutex;
    std::int64_t balance = 0;  // may fall below zero: a refused transfer would be another, cheaper operation
    std::uint64_t sent = 0;
};

// The lockings: each calls transfer() while nobody else can touch either account. `on_retry` is called when it has to start over.

class OneMutex {
public:
    explicit OneMutex(const latchmark::Setting& setting) : mutex_(1, setting.memory) {}

    template <typename Transfer, typename OnRetry>
    void with_both(std::size_t /*worker*/, Account& /*from*/, Account& /*to*/, Transfer transfer, OnRetry /*on_retry*/) {
        const std::lock_guard lock(mutex_[0]);
        transfer();
    }

private:
    latchmark::Slots<std::mutex> mutex_;
};

// The account with the lower address first. Whoever holds a mutex waits only for higher ones, so nobody waits in a circle.
class Ordered {
public:
    explicit Ordered(const latchmark::Setting& /*setting*/) {}

    template <typename Transfer, typename OnRetry>
    void with_both(std::size_t /*worker*/, Account& from, Account& to, Transfer transfer, OnRetry /*on_retry*/) {
        const auto [first, second] = in_order(from, to);
        const std::lock_guard first_lock(first->mutex);
        const std::lock_guard second_lock(second->mutex);
        transfer();
    }

    // By value: minmax of two references would hand back pointers to pointers that are gone.
    [[nodiscard]] static std::pair<Account*, Account*> in_order(Account& one, Account& other) {
        return std::minmax({&one, &other});  // of one array, so their addresses have an order
    }
};

// The standard's own way: locks one, tries the other, and if that fails releases and starts with the one it failed at.
class ScopedLock {
public:
    explicit ScopedLock(const latchmark::Setting& /*setting*/) {}

    template <typename Transfer, typename OnRetry>
    void with_both(std::size_t /*worker*/, Account& from, Account& to, Transfer transfer, OnRetry /*on_retry*/) {
        const std::scoped_lock lock(from.mutex, to.mutex);
        transfer();
    }
};

// Locks one, tries the other, and if that fails releases and waits a random time. Nobody waits for a mutex while holding one, so
// there is no deadlock. Two that want each other's account could go on failing in step for ever (livelock): the waits are drawn
// from a range that doubles with every failure in a row and soon is many times as long as a transfer, so in each attempt there
// is a fair chance that one finishes while the other waits, and failing for ever has probability zero.
class TryBackoff {
public:
    explicit TryBackoff(const latchmark::Setting& setting)
        : shortest_steps_(setting.chain_steps(kShortestNs)), generators_(setting.workers, setting.memory) {
        for (std::size_t worker = 0; worker < setting.workers; ++worker)
            generators_[worker].value.seed(generator_seed(setting, worker));
    }

    template <typename Transfer, typename OnRetry>
    void with_both(std::size_t worker, Account& from, Account& to, Transfer transfer, OnRetry on_retry) {
        for (unsigned failures = 0;; ++failures) {
            {
                const std::lock_guard first(from.mutex);
                const std::unique_lock second(to.mutex, std::try_to_lock);
                if (second.owns_lock()) return transfer();
            }
            on_retry();
            back_off(worker, failures);
        }
    }

private:
    static constexpr double kShortestNs = 100;  // about one transfer between two cores (judgement)
    // To 25 us: room for a hundred transfers, and far below a slice of the scheduler (judgement).
    static constexpr unsigned kMostDoublings = 8;

    static std::uint_fast32_t generator_seed(const latchmark::Setting& setting, std::size_t worker) {
        return static_cast<std::uint_fast32_t>((setting.seed + worker) % std::minstd_rand::modulus);
    }

    // In calibrated work, not in relaxes, whose time differs tenfold between CPUs.
    void back_off(std::size_t worker, unsigned failures) {
        const std::uint64_t range = (shortest_steps_ + 1) << std::min(failures, kMostDoublings);
        latchmark::run_chain(generators_[worker].value() % range);
    }

    std::uint64_t shortest_steps_;
    latchmark::Slots<latchmark::Isolated<std::minstd_rand>> generators_;
};

template <typename Locking>
class TwoAccounts {
public:
    static constexpr std::array<std::string_view, 1> kTallies{"retries"};

    explicit TwoAccounts(const latchmark::Setting& setting)
        : accounts_(accounts_of(setting), setting.memory),
          locking_(setting),
          picks_(setting, [accounts = accounts_.size()](std::size_t /*worker*/, auto& generator) {
              return pair_of(accounts, generator);
          }) {
        for (Account& account : accounts_) account.balance = kOpeningBalance;
    }

    void run(std::size_t worker, std::uint64_t operations) {
        transfer_all(worker, operations, [] {});
    }

    // Only where there can be retries: elsewhere their count is not a zero that was measured, but a thing that does not exist.
    void run(std::size_t worker, std::uint64_t operations,
             std::span<std::uint64_t> tallies) requires std::same_as<Locking, TryBackoff> {
        std::uint64_t retries = 0;
        transfer_all(worker, operations, [&] { ++retries; });
        tallies[0] += retries;
    }

    // Not a penny more or less than at the beginning, and as many transfers as were asked for.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::int64_t money = 0;
        std::uint64_t sent = 0;
        for (const Account& account : accounts_) {
            money += account.balance;
            sent += account.sent;
        }
        return money == kOpeningBalance * static_cast<std::int64_t>(accounts_.size()) && sent == operations;
    }

private:
    static constexpr std::int64_t kOpeningBalance = 1'000;

    struct AccountPair {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
    };

    static std::size_t accounts_of(const latchmark::Setting& setting) {
        const auto accounts = static_cast<std::size_t>(setting.parameter("accounts"));
        if (accounts < 2) throw std::invalid_argument("a transfer needs two accounts");
        return accounts;
    }

    // Two different accounts, every pair as likely as any other.
    template <typename Generator>
    static AccountPair pair_of(std::size_t accounts, Generator& generator) {
        using Uniform = std::uniform_int_distribution<std::uint32_t>;
        const auto last = static_cast<std::uint32_t>(accounts - 1);
        const std::uint32_t from = Uniform(0, last)(generator);
        const std::uint32_t to = Uniform(0, last - 1)(generator);
        return {.from = from, .to = to < from ? to : to + 1};
    }

    template <typename OnRetry>
    void transfer_all(std::size_t worker, std::uint64_t operations, OnRetry on_retry) {
        picks_.walk(worker, operations, [&](AccountPair pair) {
            Account& from = accounts_[pair.from];
            Account& to = accounts_[pair.to];
            locking_.with_both(
                worker, from, to,
                [&] {
                    --from.balance;
                    ++to.balance;
                    ++from.sent;
                },
                on_retry);
        });
    }

    latchmark::Slots<Account> accounts_;
    Locking locking_;
    PickLists<AccountPair> picks_;
};

}  // namespace benchmarks::lock_granularity
