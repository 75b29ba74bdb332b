# How to build for an older 64-bit Arm Debian, whose headers and libraries are in LATCHMARK_SYSROOT.
include(${CMAKE_CURRENT_LIST_DIR}/../aarch64.cmake)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)
# Debian's cross compiler looks beside itself for the C library's headers first, and would find its own, newer ones.
set(beside /usr/aarch64-linux-gnu/include/c++/12)
string(APPEND CMAKE_CXX_FLAGS_INIT " -nostdinc")
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${beside} ${beside}/aarch64-linux-gnu ${beside}/backward
  /usr/lib/gcc-cross/aarch64-linux-gnu/12/include
  ${LATCHMARK_SYSROOT}/usr/include/aarch64-linux-gnu ${LATCHMARK_SYSROOT}/usr/include)
include(${CMAKE_CURRENT_LIST_DIR}/older_libc.cmake)
