// Tasks that bring data and take data away.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "benchmarks/primitives/channels/channel.hpp"
#include "benchmarks/primitives/channels/message.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

// What a task and its result are marked with: an executor that hands back what it got is noticed.
[[nodiscard]] constexpr std::uint64_t input_of(std::uint64_t task) { return 2 * task; }
[[nodiscard]] constexpr std::uint64_t output_of(std::uint64_t task) { return 2 * task + 1; }

// Worker 0 submits, worker 1 executes. Each writes every byte of what it hands over and checks every byte of what it gets: data
// that nobody touches cost nothing to hand over, however many. Beside its payload a message has a word of its own, so that there
// is something to hand over without any.
template <Channel Way>
class Payload {
public:
    static constexpr std::array<std::string_view, 2> kParts{"submitter", "executor"};
    static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker; }

    explicit Payload(const latchmark::Setting& setting)
        : way_(setting, sizeof(std::uint64_t) + static_cast<std::size_t>(setting.parameter("payload"))),
          ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("payloads are handed to one executor by one submitter");
    }

    // Lockstep: both get the same operations, so nobody waits for a task that never comes.
    void run(std::size_t worker, std::uint64_t operations) {
        End& end = ends_[worker].value;
        for (const std::uint64_t last = end.tasks + operations; end.tasks != last; ++end.tasks) {
            if (worker == 0) {
                send(0, input_of(end.tasks));
                expect(0, output_of(end.tasks));
            } else {
                expect(1, input_of(end.tasks));
                send(1, output_of(end.tasks));
            }
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const End& submitter = ends_[0].value;
        const End& executor = ends_[1].value;
        return submitter.wrong + executor.wrong == 0 && submitter.tasks == executor.tasks &&
               submitter.tasks + executor.tasks == operations;
    }

private:
    struct End {
        std::uint64_t tasks = 0;
        std::uint64_t wrong = 0;
    };

    void send(std::size_t end, std::uint64_t number) {
        write_message(way_.outgoing(end), number);
        way_.send(end);
    }

    void expect(std::size_t end, std::uint64_t number) {
        if (!is_message(way_.receive(end), number)) ++ends_[end].value.wrong;
        way_.release(end);
    }

    Way way_;
    latchmark::Slots<latchmark::Isolated<End>> ends_;
};

}  // namespace benchmarks::pools
