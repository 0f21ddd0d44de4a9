# libbenchkit-drawing.so: figures as SVG, by ECharts in Duktape, and SVG as pixels and pages, by librsvg. A module that is loaded at first use: the command
# starts without it, and works where it is missing. Where something that it is built from is not there it is left out, and pictures are refused with the way out.
find_package(PkgConfig)
if(PkgConfig_FOUND)
  pkg_check_modules(BENCHKIT_DRAWING IMPORTED_TARGET librsvg-2.0 pangocairo cairo-pdf libwebp libjpeg libpng)
endif()
find_path(BENCHKIT_DUKTAPE duktape.c PATHS /usr/share/duktape NO_DEFAULT_PATH)   # compiled in: byte code fits the very Duktape that wrote it
foreach(_part BENCHKIT_DRAWING_FOUND BENCHKIT_DUKTAPE BENCHKIT_WEB)
  if(NOT ${_part})
    message(STATUS "${_part} is not there: `benchkit plot` will draw no pictures (librsvg, Pango, cairo, webp, jpeg, png, Duktape's source, Node to build)")
    return()
  endif()
endforeach()
enable_language(C)

# Bundled once for the page and for Duktape.
set(_script "${PROJECT_BINARY_DIR}/drawing/engine.js")
set(_code "${PROJECT_BINARY_DIR}/drawing/engine.bin")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/drawing")
file(GLOB _engine_sources CONFIGURE_DEPENDS "${_web}/engine/*.js" "${_web}/engine/*.mjs")
add_custom_command(OUTPUT "${_script}" "${_script}.sha256" COMMAND "${BENCHKIT_NODE}" "${_web}/engine/build.mjs" "${_script}"
                   DEPENDS "${_packages}" ${_engine_sources} WORKING_DIRECTORY "${_web}" VERBATIM COMMENT "The drawing engine's script")

# As Debian has it, but with integers that need no floating point.
set(_duktape "${PROJECT_BINARY_DIR}/drawing/duktape")
configure_file("${BENCHKIT_DUKTAPE}/duktape.c" "${_duktape}/duktape.c" COPYONLY)
configure_file("${BENCHKIT_DUKTAPE}/duktape.h" "${_duktape}/duktape.h" COPYONLY)
file(READ "${BENCHKIT_DUKTAPE}/duk_config.h" _config)
string(REPLACE "#undef DUK_USE_FASTINT" "#define DUK_USE_FASTINT" _config "${_config}")
file(CONFIGURE OUTPUT "${_duktape}/duk_config.h" CONTENT "${_config}" @ONLY)
add_library(benchkit_duktape OBJECT "${_duktape}/duktape.c")
target_include_directories(benchkit_duktape PUBLIC "${_duktape}")
target_compile_options(benchkit_duktape PRIVATE -O3 -w)
add_executable(benchkit_compile_engine src/drawing/compile_engine.cpp)
target_link_libraries(benchkit_compile_engine PRIVATE benchkit_duktape m)
add_custom_command(OUTPUT "${_code}" COMMAND benchkit_compile_engine "${_script}" "${_code}" DEPENDS "${_script}" VERBATIM
                   COMMENT "The drawing engine's byte code")

benchkit_module(drawing drawing benchkit_duktape PkgConfig::BENCHKIT_DRAWING)
target_compile_definitions(benchkit_drawing PRIVATE BENCHKIT_ENGINE_SCRIPT="${_script}" BENCHKIT_ENGINE_CODE="${_code}")
add_dependencies(benchkit_drawing benchkit_web_packages)
set_property(SOURCE "${PROJECT_SOURCE_DIR}/src/drawing/engine.cpp" APPEND PROPERTY OBJECT_DEPENDS "${_script};${_code}")
