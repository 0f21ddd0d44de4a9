# Unit tests lie beside the source that they test: src/<layer>/**/*_test.cpp become one program a layer.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

add_custom_target(unit_tests)   # all that `ctest` runs, and nothing else

function(benchkit_test_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_definitions(${name} PRIVATE BENCHKIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} benchkit_flags benchkit_fmt nlohmann_json::nlohmann_json Boost::boost rapidcheck GTest::gmock
                                        GTest::gtest_main)
  add_dependencies(unit_tests ${name})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

function(benchkit_add_layer_tests)
  file(STRINGS "${BENCHKIT_LAYERS_FILE}" rows REGEX "^[a-z]+:")
  foreach(row IN LISTS rows)
    string(REGEX MATCH "^[a-z]+" name "${row}")
    file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*_test.cpp")
    if(tests AND TARGET benchkit_${name} AND NOT name IN_LIST BENCHKIT_OWN_LIBRARIES)   # which show nothing but a C interface
      benchkit_test_program(test_${name} SOURCES ${tests} LIBRARIES benchkit_${name})
      # Several files of tests at once, so that the headers of the test libraries, where most of the time goes, are read once for all of them: a
      # helper has a name that no other file of the layer has.
      set_target_properties(test_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
      if(NOT name STREQUAL core)   # whose loop is compiled into who uses it, and is timed
        target_compile_options(test_${name} PRIVATE -O1)   # a third of the time that they take to compile
      endif()
    endif()
  endforeach()
  if(TARGET test_symbols AND TARGET benchkit_dwarf)
    add_dependencies(test_symbols benchkit_dwarf)   # which it loads
  endif()
  if(TARGET test_plot AND TARGET benchkit_drawing)
    add_dependencies(test_plot benchkit_drawing)   # likewise
  endif()
endfunction()
