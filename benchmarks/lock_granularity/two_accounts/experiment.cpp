// Operations that need two locks.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/lock_granularity/two_accounts/workload.hpp"

latchmark::Experiment benchmarks::lock_granularity::two_accounts() {
    using enum latchmark::Placement;
    using latchmark::variant;
    return {
        .name = "lock_granularity/two_accounts",
        .question = "When an operation needs two objects at once, is it better to lock each or to have one lock for all?",
        .mechanism =
            "One lock makes all transfers wait for one another. Locks per account let those that have no account in common go on "
            "together, but each transfer takes two, and must not wait in a circle.",
        .operation = "transfer from one account to another",
        .baseline = "one_lock",
        .variants =
            {
                variant<TwoAccounts<OneMutex>>("one_lock", "one std::mutex for all accounts"),
                variant<TwoAccounts<Ordered>>("ordered", "a std::mutex an account, the lower address first"),
                variant<TwoAccounts<ScopedLock>>("scoped_lock", "a std::mutex an account, both by std::scoped_lock"),
                variant<TwoAccounts<TryBackoff>>("try_backoff",
                                                 "locks one, tries the other, or releases and waits a random time"),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .axes =
            {{.name = "accounts", .unit = "", .values = {2, 16, 256, 4096}, .middle = 256, .variants = {"one_lock", "ordered"}}},
        .taste = {"one_lock", "ordered"},
        .keeps_placements = true,
        .purposes = {latchmark::Purpose::throughput, latchmark::Purpose::counts},
        .roles = latchmark::roles::contention(),
    };
}
