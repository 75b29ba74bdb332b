// Spin locks of ConcurrencyKit, where it is installed.
#pragma once
// One by one: <ck_spinlock.h> also brings the queue locks, whose void pointers are C, not C++.
#include <spinlock/fas.h>
#include <spinlock/ticket.h>
#include <string_view>

namespace benchmarks {

inline constexpr std::string_view kCkSpinlocksAbsent{};

// Fetch-and-store, the library's default: test and test-and-set.
class CkFasSpinlock {
public:
    void lock() { ::ck_spinlock_fas_lock(&lock_); }
    void unlock() { ::ck_spinlock_fas_unlock(&lock_); }

private:
    ck_spinlock_fas_t lock_ = CK_SPINLOCK_FAS_INITIALIZER;
};

// Both numbers in one word where the instruction set has a fitting atomic.
class CkTicketSpinlock {
public:
    void lock() { ::ck_spinlock_ticket_lock(&lock_); }
    void unlock() { ::ck_spinlock_ticket_unlock(&lock_); }

private:
    ck_spinlock_ticket_t lock_ = CK_SPINLOCK_TICKET_INITIALIZER;
};

}  // namespace benchmarks
