# libbenchkit-symbols.so: names for native code, by libdw (elfutils). A module that is loaded at first use: the command starts without it, and works where it
# is missing. Where libdw is not there at build time it is left out.
find_path(BENCHKIT_LIBDW_INCLUDE elfutils/libdwfl.h)
find_library(BENCHKIT_LIBDW dw)
if(NOT BENCHKIT_LIBDW_INCLUDE OR NOT BENCHKIT_LIBDW)
  message(STATUS "libdw (elfutils) is not there: call paths will name native code by module and offset alone")
  return()
endif()

file(GLOB _dwarf_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/dwarf/*.cpp")
add_library(benchkit_dwarf MODULE ${_dwarf_sources})
set_target_properties(benchkit_dwarf PROPERTIES OUTPUT_NAME benchkit-symbols)
target_include_directories(benchkit_dwarf PRIVATE "${PROJECT_SOURCE_DIR}/src" "${BENCHKIT_LIBDW_INCLUDE}")
target_link_libraries(benchkit_dwarf PRIVATE benchkit_flags "${BENCHKIT_LIBDW}")
