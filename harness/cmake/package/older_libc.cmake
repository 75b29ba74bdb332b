# How to build against the C library of LATCHMARK_SYSROOT with a compiler that was made for a newer one.
# The linker would look into the compiler's own folders first, where the newer library lies.
string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -B${LATCHMARK_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} -B${LATCHMARK_SYSROOT}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
# Headers that the older library lacks, or that lack something.
list(PREPEND CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${CMAKE_CURRENT_LIST_DIR}/include)
