// Keeps the compiler from removing or merging work whose result nobody reads.
#pragma once
#include <type_traits>

namespace latchmark {

// Fits a register: forcing it through memory would add a store and a load to every operation.
template <typename T>
inline constexpr bool kFitsRegister = std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*);

// The value must exist here; costs no instruction of its own.
template <typename T>
inline void do_not_optimize(const T& value) {
    if constexpr (kFitsRegister<T>)
        asm volatile("" : : "r"(value) : "memory");
    else
        asm volatile("" : : "m"(value) : "memory");
}

// The same, and the compiler must assume that the value was changed: cuts a chain of known values.
template <typename T>
inline void do_not_optimize(T& value) {
    if constexpr (kFitsRegister<T>)
        asm volatile("" : "+r"(value) : : "memory");
    else
        asm volatile("" : "+m"(value) : : "memory");
}

}  // namespace latchmark
