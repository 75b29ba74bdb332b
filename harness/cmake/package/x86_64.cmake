# How to build on this machine for an older x86-64 Debian, whose headers and libraries are in LATCHMARK_SYSROOT.
set(CMAKE_C_COMPILER gcc-12)
set(CMAKE_CXX_COMPILER g++-12)
set(CMAKE_LIBRARY_ARCHITECTURE x86_64-linux-gnu)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LATCHMARK_SYSROOT)
include(${CMAKE_CURRENT_LIST_DIR}/../sysroot.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/older_libc.cmake)
