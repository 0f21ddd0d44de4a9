# One static library a layer. Who may link whom stands in tools/lint/layers.txt and nowhere else: the lint checks every
# #include against that file, and this module makes the link lines from it.

set(BENCHKIT_LAYERS_FILE "${PROJECT_SOURCE_DIR}/tools/lint/layers.txt")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${BENCHKIT_LAYERS_FILE}")

# What a host links: the standard library alone. Everything else belongs to the command.
set(BENCHKIT_HOST_LAYERS base stats model protocol core suite app)

# Rows that are libraries of their own behind a C interface: BenchkitMemhook, BenchkitSymbols, BenchkitDrawing, BenchkitHttp.
set(BENCHKIT_OWN_LIBRARIES memhook dwarf drawing http)

function(benchkit_layer name depends)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)
    return()
  endif()
  add_library(benchkit_${name} STATIC ${sources})
  target_include_directories(benchkit_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(benchkit_${name} PUBLIC cxx_std_20)
  target_compile_definitions(benchkit_${name} PRIVATE BENCHKIT_VERSION="${PROJECT_VERSION}"
                                                      BENCHKIT_LIBDIR="${CMAKE_INSTALL_LIBDIR}")
  target_link_libraries(benchkit_${name} PRIVATE
    $<BUILD_INTERFACE:benchkit_flags> $<BUILD_INTERFACE:benchkit_fmt> $<BUILD_INTERFACE:nlohmann_json::nlohmann_json> $<BUILD_INTERFACE:Boost::boost>)
  foreach(lower IN LISTS depends)
    if(TARGET benchkit_${lower})
      target_link_libraries(benchkit_${name} PUBLIC benchkit_${lower})
    endif()
  endforeach()
endfunction()

function(benchkit_add_layers)
  file(STRINGS "${BENCHKIT_LAYERS_FILE}" rows REGEX "^[a-z]+:")
  foreach(row IN LISTS rows)
    string(REGEX MATCH "^([a-z]+):(.*)$" _ "${row}")
    set(name "${CMAKE_MATCH_1}")
    string(REGEX MATCHALL "[a-z/.]+" depends "${CMAKE_MATCH_2}")   # memhook/abi.h is no library to link
    if(name IN_LIST BENCHKIT_OWN_LIBRARIES)
      continue()
    endif()
    if(name IN_LIST BENCHKIT_HOST_LAYERS OR BENCHKIT_COMMAND OR BENCHKIT_PYTHON)
      benchkit_layer(${name} "${depends}")
    endif()
  endforeach()

  target_link_libraries(benchkit_base PUBLIC Threads::Threads)
  if(TARGET benchkit_snapshot)
    target_link_libraries(benchkit_snapshot PRIVATE simdjson::simdjson)
  endif()
  if(TARGET benchkit_cli)
    target_link_libraries(benchkit_cli PRIVATE $<BUILD_INTERFACE:CLI11::CLI11>)
  endif()

  # What a host sees.
  add_library(benchkit_host INTERFACE)
  target_link_libraries(benchkit_host INTERFACE benchkit_app)
  target_compile_definitions(benchkit_host INTERFACE
    "$<BUILD_INTERFACE:BENCHKIT_COMMAND_PATH=\"${PROJECT_BINARY_DIR}/benchkit\">"
    "$<BUILD_INTERFACE:BENCHKIT_MEMHOOK_PATH=\"$<TARGET_FILE:benchkit_memhook>\">")
  set_target_properties(benchkit_host PROPERTIES EXPORT_NAME benchkit)
  add_library(benchkit::benchkit ALIAS benchkit_host)
  if(TARGET benchkit_cli)
    set_target_properties(benchkit_cli PROPERTIES EXPORT_NAME cli)
    add_library(benchkit::cli ALIAS benchkit_cli)
  endif()
endfunction()
