# How to find everything below LATCHMARK_SYSROOT and nothing of this machine. Included by toolchain files.
set(CMAKE_SYSROOT ${LATCHMARK_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)  # programs run here, not there
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# pkg-config would answer with this machine's paths.
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${LATCHMARK_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${LATCHMARK_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig:${LATCHMARK_SYSROOT}/usr/share/pkgconfig)
# For this configuring, not for the build: a cached answer names the folders of the checkout that asked first, and what the compiler
# finds by itself would then not be known as such.
set(ENV{CCACHE_DISABLE} 1)
