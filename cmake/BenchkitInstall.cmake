# The installed package: the command, the headers, find_package(benchkit CONFIG [COMPONENTS cli]) and pkg-config.
include(CMakePackageConfigHelpers)

set(_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/benchkit")
set(_host_targets benchkit_host)
set(_cli_targets "")
file(STRINGS "${BENCHKIT_LAYERS_FILE}" _rows REGEX "^[a-z]+:")
foreach(_row IN LISTS _rows)
  string(REGEX MATCH "^[a-z]+" _name "${_row}")
  if(TARGET benchkit_${_name} AND NOT _name IN_LIST BENCHKIT_OWN_LIBRARIES)
    if(_name IN_LIST BENCHKIT_HOST_LAYERS)
      list(APPEND _host_targets benchkit_${_name})
      list(PREPEND _host_link_words -lbenchkit_${_name})
    else()
      list(APPEND _cli_targets benchkit_${_name})
    endif()
  endif()
endforeach()

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/benchkit" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS ${_host_targets} benchkit_memhook benchkit_memhook_linked benchkit_memhook_static EXPORT benchkitHost ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT benchkitHost NAMESPACE benchkit:: FILE benchkitHost.cmake DESTINATION "${_package_dir}")
if(BENCHKIT_COMMAND)
  install(TARGETS benchkit_command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  foreach(_module benchkit_dwarf benchkit_drawing benchkit_http)
    if(TARGET ${_module})
      install(TARGETS ${_module} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/benchkit")
    endif()
  endforeach()
  install(TARGETS ${_cli_targets} EXPORT benchkitCli ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(EXPORT benchkitCli NAMESPACE benchkit:: FILE benchkitCli.cmake DESTINATION "${_package_dir}")
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/benchkitConfig.cmake.in" "${PROJECT_BINARY_DIR}/benchkitConfig.cmake"
                              INSTALL_DESTINATION "${_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/benchkitConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_SOURCE_DIR}/cmake/BenchkitHost.cmake" DESTINATION "${_package_dir}" RENAME BenchkitHostFunction.cmake)
install(FILES "${PROJECT_SOURCE_DIR}/cmake/BenchkitShuffle.cmake" DESTINATION "${_package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/benchkitConfig.cmake" "${PROJECT_BINARY_DIR}/benchkitConfigVersion.cmake" DESTINATION "${_package_dir}")

string(JOIN " " BENCHKIT_HOST_LINK_WORDS ${_host_link_words})
file(RELATIVE_PATH BENCHKIT_PREFIX_FROM_PC "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file("${PROJECT_SOURCE_DIR}/cmake/benchkit.pc.in" "${PROJECT_BINARY_DIR}/benchkit.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/benchkit.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

function(benchkit_memhook_pc name link_words)
  set(BENCHKIT_MEMHOOK_NAME ${name})
  string(JOIN " " BENCHKIT_MEMHOOK_WORDS ${link_words})
  configure_file("${PROJECT_SOURCE_DIR}/cmake/benchkit-memhook.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
benchkit_memhook_pc(benchkit-memhook "${BENCHKIT_MEMHOOK_LINK_WORDS}")
benchkit_memhook_pc(benchkit-memhook-static "${BENCHKIT_MEMHOOK_STATIC_LINK_WORDS}")

# The prefix is known for certain only when installing: a host learns from this header where its command and the hooks are.
install(CODE "
  file(WRITE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/benchkit/base/installed.hpp\"
\"// Written when benchkit was installed.
#pragma once

#define BENCHKIT_COMMAND_PATH \\\"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/benchkit\\\"
#define BENCHKIT_MEMHOOK_PATH \\\"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libbenchkit-memhook.so\\\"
\")")
