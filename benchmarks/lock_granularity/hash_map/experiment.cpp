// How finely to lock one shared table.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/lock_granularity/hash_map/workload.hpp"

latchmark::Experiment benchmarks::lock_granularity::hash_map() {
    using enum latchmark::Placement;
    using latchmark::variant;
    return {
        .name = "lock_granularity/hash_map",
        .question = "How many locks does a shared hash map need?",
        .mechanism =
            "Workers that want different keys still wait for one another when one lock covers both. More locks make that rarer, "
            "but "
            "each is a line to fetch, and a hot key stays hot however finely the map is locked.",
        .operation = "look-up or update of one key",
        .baseline = "partition",
        .variants =
            {
                variant<HashMap<Partition>>("partition", "each worker has keys of its own and no lock"),
                variant<HashMap<OneLock<std::mutex>>>("one_mutex", "one std::mutex over the whole map"),
                variant<HashMap<OneLock<std::shared_mutex>>>("shared_mutex", "one std::shared_mutex; look-ups go in together"),
                variant<HashMap<Striped<Packed>>>("striped_packed", "a std::mutex for every so many buckets, 40 bytes apart"),
                variant<HashMap<Striped<Padded>>>("striped_padded", "the same mutexes, each on lines of its own"),
                variant<HashMap<BucketSpin>>("bucket_spin", "a spin lock in every bucket, on the line of its data"),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .axes =
            {
                {.name = "stripes",
                 .unit = "",
                 .values = {1, 8, 64, 512, 4096},
                 .middle = 64,
                 .variants = {"striped_packed", "striped_padded"}},
                {.name = "reads",
                 .unit = "%",
                 .values = {50, 90, 99},
                 .middle = 90,
                 .variants = {"one_mutex", "shared_mutex", "striped_padded"}},
                {.name = "key_skew",
                 .unit = "",
                 .values = {0, 0.99},
                 .middle = 0,
                 .variants = {"one_mutex", "striped_padded", "bucket_spin"}},
            },
        .taste = {"partition", "one_mutex", "striped_padded"},
        .keeps_placements = true,
        .roles = latchmark::roles::contention(),
    };
}
