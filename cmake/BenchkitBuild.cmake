# Flags and dependencies that every target of this project shares.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)      # the layers also go into the Python modules
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(BENCHKIT_CCACHE ccache)
if(BENCHKIT_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BENCHKIT_CCACHE}")
endif()

find_package(Threads REQUIRED)

# Header-only parts are compiled in privately, so that a host links the standard library alone.
find_package(nlohmann_json 3.9 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(Boost 1.74 REQUIRED)
if(BENCHKIT_COMMAND OR BENCHKIT_PYTHON)
  find_package(simdjson 3 REQUIRED)
  find_package(CLI11 2 REQUIRED)
endif()

# fmt is compiled once, in src/base/fmt.cpp, which saves two thirds of a file's compile time against fmt's header-only mode; under a
# namespace of our own, so that a host may link any fmt it likes beside this one.
add_library(benchkit_fmt INTERFACE)
target_compile_definitions(benchkit_fmt INTERFACE "FMT_BEGIN_NAMESPACE=namespace fmt { inline namespace benchkit {"
                                                  "FMT_END_NAMESPACE=} }")

add_library(benchkit_flags INTERFACE)
target_compile_options(benchkit_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                -Wno-missing-field-initializers
                                                # False alarms of GCC 12: bug 105329 (std::string + literal), and moved optionals.
                                                $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                                                $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                                                $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS>)
# A library of its own behind a C interface, loaded at first use: src/<folder> as libbenchkit-<output>.so, with what it is linked with.
function(benchkit_module folder output)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "compile_engine\\.cpp$")   # a program of the build's own
  add_library(benchkit_${folder} MODULE ${sources})
  set_target_properties(benchkit_${folder} PROPERTIES OUTPUT_NAME benchkit-${output})
  target_include_directories(benchkit_${folder} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(benchkit_${folder} PRIVATE benchkit_flags ${ARGN})
endfunction()

if(BENCHKIT_SANITIZE)
  string(REPLACE "," ";" _sanitizers "${BENCHKIT_SANITIZE}")
  foreach(_sanitizer IN LISTS _sanitizers)
    target_compile_options(benchkit_flags INTERFACE -fsanitize=${_sanitizer})
    target_link_options(benchkit_flags INTERFACE -fsanitize=${_sanitizer})
  endforeach()
  target_compile_options(benchkit_flags INTERFACE -fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()
