// Records through a pipe: whole ones, since both ends move no more than PIPE_BUF bytes at a time.
#pragma once
#include <array>
#include <climits>
#include <cstddef>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <type_traits>
#include <unistd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/whole_value.hpp"

namespace benchmarks {

// Any number of writers and readers. Each keeps both ends: nobody sees the end of the pipe while it lives.
template <typename Record>
class RecordPipe {
    static_assert(std::is_trivially_copyable_v<Record> && sizeof(Record) <= PIPE_BUF);

public:
    RecordPipe() {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        read_ = Descriptor(ends[0]);
        write_ = Descriptor(ends[1]);
        const int bytes = checked(::fcntl(write_.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ");
        // A user with many pipes gets small ones, in which both directions could fill up and wait for one another.
        if (bytes < kFewestBytes)
            throw std::runtime_error("a new pipe holds only " + std::to_string(bytes) + " B (fs.pipe-user-pages-soft)");
        // A page that is read in part takes no more at its end: half of the pages may be such.
        records_ = static_cast<std::size_t>(bytes) / sizeof(Record) / 2;
    }

    // As many records as find room whatever was read before.
    [[nodiscard]] std::size_t records() const { return records_; }

    void push(const Record& record) { write_whole(write_, record); }
    [[nodiscard]] Record pop() { return read_whole<Record>(read_); }

    // Where there is one reader: nobody else reads between the look and the record.
    [[nodiscard]] bool try_pop(Record& record) {
        int bytes = 0;
        checked(::ioctl(read_.get(), FIONREAD, &bytes), "FIONREAD");
        if (bytes == 0) return false;
        record = pop();
        return true;
    }

private:
    static constexpr int kFewestBytes = 16384;  // judgement: 256 results, which keep some executors busy

    Descriptor read_;
    Descriptor write_;
    std::size_t records_ = 0;
};

}  // namespace benchmarks
