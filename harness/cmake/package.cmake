# What targets get: the benchmark binary with the libraries beside it, for any Linux with the C library of the sysroot or a newer one.
set(folder lib/latchmark)
set(libraries ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR NOT CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
  message(FATAL_ERROR "packages are built with g++ 12, since glibc_2_31.cpp knows what its library asks for; "
    "this is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
endif()

target_sources(latchmark-bench PRIVATE ${CMAKE_CURRENT_LIST_DIR}/package/glibc_2_31.cpp)
# RPATH and not RUNPATH: it holds for the libraries' own needs too, and before LD_LIBRARY_PATH of whoever starts it.
target_link_options(latchmark-bench PRIVATE -static-libstdc++ LINKER:--disable-new-dtags,--wrap=pthread_create)
set_target_properties(latchmark-bench PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS latchmark-bench RUNTIME DESTINATION ${folder})

foreach(library IN ITEMS libhwloc.so.15 libltdl.so.7 libpfm.so.4 libudev.so.1 libgcc_s.so.1)
  find_file(file_of_${library} ${library} PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} /lib/${CMAKE_LIBRARY_ARCHITECTURE} REQUIRED NO_DEFAULT_PATH)
  file(REAL_PATH ${file_of_${library}} file)
  install(FILES ${file} DESTINATION ${folder} RENAME ${library})
endforeach()

set(package_machine x86-64)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(package_machine "64-bit Arm")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/latchmark-bench.in ${PROJECT_BINARY_DIR}/package/latchmark-bench @ONLY)
install(PROGRAMS ${PROJECT_BINARY_DIR}/package/latchmark-bench DESTINATION bin)

set(documents share/doc/latchmark)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${documents})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${documents} RENAME copyright)
# Of everything whose code is inside, linked or beside.
foreach(package IN ITEMS libhwloc15 libltdl7 libpfm4 libudev1 gcc-10-base gcc-12-base libbenchmark-dev libck-dev liburcu-dev libboost1.74-dev
        nlohmann-json3-dev libcli11-dev)
  install(FILES ${CMAKE_SYSROOT}/usr/share/doc/${package}/copyright DESTINATION ${documents}/licences RENAME ${package})
endforeach()

set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_SOURCE_DIR}/build/packages)
set(CPACK_PACKAGE_FILE_NAME latchmark-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package/same_times.cmake)
set(CPACK_DEBIAN_PACKAGE_NAME latchmark)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The latchmark developers <latchmark@localhost>")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.31)")
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE amd64)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
include(CPack)
