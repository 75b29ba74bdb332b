# How to build for 64-bit Arm on another machine and run the tests under qemu-user.
# With Debian's multiarch the Arm libraries lie beside our own; with LATCHMARK_SYSROOT they lie in a folder of their own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)  # programs run here, not there
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)

# Compiler checks are projects of their own, which would not know the sysroot otherwise.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LATCHMARK_SYSROOT)
if(LATCHMARK_SYSROOT)
  include(${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake)
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${LATCHMARK_SYSROOT})
else()
  set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
endif()
