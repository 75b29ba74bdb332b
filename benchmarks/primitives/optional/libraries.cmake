# Locks, pools and graphs of libraries that may be missing: of two headers of one name the build takes present/ or absent/, which says why.
if(TARGET absl::synchronization)
  set(absl present)
  target_link_libraries(latchmark_catalogue PUBLIC absl::synchronization)
else()
  set(absl absent)
endif()

if(TARGET TBB::tbb)
  set(tbb present)
  target_link_libraries(latchmark_catalogue PUBLIC TBB::tbb)
else()
  set(tbb absent)
endif()

# The library is asked for although the headers suffice: in a cross build they would be those of this machine, made for its memory order.
if(CK_INCLUDE_DIR AND CK_LIBRARY)
  set(ck present)
  target_include_directories(latchmark_catalogue SYSTEM PUBLIC $<BUILD_INTERFACE:${CK_INCLUDE_DIR}>)
else()
  set(ck absent)
endif()

if(TARGET PkgConfig::urcu)
  set(urcu present)
  target_link_libraries(latchmark_catalogue PUBLIC PkgConfig::urcu)
else()
  set(urcu absent)
endif()

# Headers only, and the same for every machine: a cross build takes those of its sysroot, or those beside the compiler's own.
find_path(BOOST_INTERPROCESS_INCLUDE_DIR boost/interprocess/managed_external_buffer.hpp)
if(BOOST_INTERPROCESS_INCLUDE_DIR)
  set(interprocess present)
  target_include_directories(latchmark_catalogue SYSTEM PUBLIC $<BUILD_INTERFACE:${BOOST_INTERPROCESS_INCLUDE_DIR}>)
else()
  set(interprocess absent)
endif()

target_include_directories(latchmark_catalogue PUBLIC
  $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/interprocess/${interprocess}>
  $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/absl/${absl}>
  $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/tbb/${tbb}>
  $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/ck/${ck}>
  $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/urcu/${urcu}>)
