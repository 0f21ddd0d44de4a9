# libbenchkit-symbols.so: names for native code, by libdw (elfutils). A module that is loaded at first use: the command starts without it, and works where it
# is missing. Where libdw is not there at build time it is left out.
find_path(BENCHKIT_LIBDW_INCLUDE elfutils/libdwfl.h)
find_library(BENCHKIT_LIBDW dw)
if(NOT BENCHKIT_LIBDW_INCLUDE OR NOT BENCHKIT_LIBDW)
  message(STATUS "libdw (elfutils) is not there: call paths will name native code by module and offset alone")
  return()
endif()

benchkit_module(dwarf symbols "${BENCHKIT_LIBDW}")
target_include_directories(benchkit_dwarf PRIVATE "${BENCHKIT_LIBDW_INCLUDE}")
