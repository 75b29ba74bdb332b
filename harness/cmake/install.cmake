# What others get: the libraries that a benchmark binary links, the public headers, and find_package(latchmark).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set_target_properties(latchmark_cli PROPERTIES EXPORT_NAME latchmark)
set_target_properties(latchmark_catalogue PROPERTIES EXPORT_NAME catalogue)
install(TARGETS latchmark_base latchmark_machine latchmark_counters latchmark_control latchmark_measure latchmark_launch latchmark_runner latchmark_cli
  latchmark_catalogue EXPORT latchmark)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/harness/include/latchmark ${PROJECT_SOURCE_DIR}/harness/isa/${CMAKE_SYSTEM_PROCESSOR}/latchmark
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# A folder of their own: `benchmarks` would be everybody's name in a shared one.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/benchmarks DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/latchmark-catalogue
  FILES_MATCHING PATTERN "*.hpp" PATTERN optional EXCLUDE PATTERN isa EXCLUDE PATTERN examples EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/benchmarks/primitives/isa/${CMAKE_SYSTEM_PROCESSOR}/benchmarks
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/latchmark-catalogue)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/latchmark)
install(EXPORT latchmark NAMESPACE latchmark:: FILE latchmarkTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/latchmarkConfig.cmake.in ${PROJECT_BINARY_DIR}/latchmarkConfig.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/latchmarkConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/latchmarkConfig.cmake ${PROJECT_BINARY_DIR}/latchmarkConfigVersion.cmake
  DESTINATION ${package_folder})
