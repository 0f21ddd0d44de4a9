# benchkit_host(TARGET): builds a host once more, as TARGET.so beside the program, for `run --mode inproc`, where two builds of a suite live in one
# process. glibc does not load programs into one another, hence a shared object. What it links statically stays its own: hidden, bound to
# itself, and without STB_GNU_UNIQUE, by which two copies would share their inline variables and the statics of their templates.
# Link the code under test statically; what both builds load as a shared library is there once, for both.
function(benchkit_host target)
  set(library ${target}_inproc)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  list(TRANSFORM sources PREPEND "${folder}/" REGEX "^[^/$]")
  add_library(${library} MODULE ${sources})
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS COMPILE_FEATURES LINK_LIBRARIES LINK_OPTIONS
                   CXX_STANDARD CXX_STANDARD_REQUIRED CXX_EXTENSIONS INTERPROCEDURAL_OPTIMIZATION)
    get_target_property(value ${target} ${property})
    if(NOT value STREQUAL "value-NOTFOUND")
      set_property(TARGET ${library} PROPERTY ${property} ${value})
    endif()
  endforeach()
  set_target_properties(${library} PROPERTIES
    PREFIX "" OUTPUT_NAME ${target} SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY "$<TARGET_FILE_DIR:${target}>"
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${library} PRIVATE -fno-gnu-unique -include benchkit/app/inproc.hpp)
  target_link_options(${library} PRIVATE -Wl,-Bsymbolic -Wl,--exclude-libs,ALL)
endfunction()

# benchkit_layouts(TARGET N): links a host N times more, as TARGET-layout-1 and on, each with its functions in another order; and so its shared object, where
# benchkit_host(TARGET) stands before. How code lies in memory alone makes it faster or slower, by more than most changes do, and any change moves it:
# `run --layouts N` draws a layout for each block, so that this luck is in the interval. Libraries under test that are linked statically take part where they
# are compiled with -ffunction-sections, too. Needs GNU ld or lld.
function(benchkit_layouts target count)
  _benchkit_layouts_of(${target} ${target} "" ${count})
  if(TARGET ${target}_inproc)
    _benchkit_layouts_of(${target}_inproc ${target} ".so" ${count})
  endif()
endfunction()

function(_benchkit_layouts_of target name suffix count)
  target_compile_options(${target} PRIVATE -ffunction-sections)
  set(map "${CMAKE_CURRENT_BINARY_DIR}/${target}.map")
  target_link_options(${target} PRIVATE "-Wl,-Map,${map}")
  foreach(number RANGE 1 ${count})
    set(variant ${name}-layout-${number})
    set(script "${CMAKE_CURRENT_BINARY_DIR}/${target}-${number}.ld")
    add_custom_command(OUTPUT "${script}"
      COMMAND "${CMAKE_COMMAND}" "-DMAP=${map}" -DNUMBER=${number} "-DOUTPUT=${script}"
              -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BenchkitShuffle.cmake"
      DEPENDS ${target} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BenchkitShuffle.cmake" COMMENT "" VERBATIM)
    if(suffix)
      set(linked ${variant}_inproc)
      add_library(${linked} MODULE $<TARGET_OBJECTS:${target}> "${script}")
      set_target_properties(${linked} PROPERTIES PREFIX "" SUFFIX "${suffix}" LIBRARY_OUTPUT_DIRECTORY "$<TARGET_FILE_DIR:${name}>")
    else()
      set(linked ${variant})
      add_executable(${linked} $<TARGET_OBJECTS:${target}> "${script}")
      set_target_properties(${linked} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "$<TARGET_FILE_DIR:${name}>")
    endif()
    set_target_properties(${linked} PROPERTIES OUTPUT_NAME ${variant} LINKER_LANGUAGE CXX LINK_DEPENDS "${script}")
    foreach(property LINK_LIBRARIES LINK_OPTIONS)
      get_target_property(value ${target} ${property})
      if(NOT value STREQUAL "value-NOTFOUND")
        list(FILTER value EXCLUDE REGEX "^-Wl,-Map,")
        set_property(TARGET ${linked} PROPERTY ${property} ${value})
      endif()
    endforeach()
    target_link_options(${linked} PRIVATE "-Wl,-T,${script}")
  endforeach()
endfunction()
