# A build for one kind of atomics of 64-bit Arm says so on another machine, before the compiler stumbles over its flags.
cmake_host_system_information(RESULT architecture QUERY OS_PLATFORM)
if(NOT architecture STREQUAL "aarch64")
  message(FATAL_ERROR "this preset builds on 64-bit Arm only, and this machine is ${architecture}: use the preset release")
endif()
