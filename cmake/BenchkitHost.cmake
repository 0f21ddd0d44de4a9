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
