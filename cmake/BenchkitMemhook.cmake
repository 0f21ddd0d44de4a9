# The allocation hooks. They stand before the allocator of any process, so they need libc alone, have no exceptions and no static constructors. No
# sanitizer: those have allocators of their own. The same objects make
#   libbenchkit-memhook.so         loaded (measure_peak) or preloaded (run --command); never unmapped
#   libbenchkit-memhook.a          benchkit::memhook, linked into a program
#   libbenchkit-memhook-static.a   benchkit::memhook_static, linked into a program that is linked with -static
set(_memhook "${PROJECT_SOURCE_DIR}/src/memhook")
file(GLOB _memhook_sources CONFIGURE_DEPENDS "${_memhook}/*.cpp")
list(FILTER _memhook_sources EXCLUDE REGEX "(_test|/wrapped)\\.cpp$")

function(benchkit_memhook_flags target)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -O2 -g -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-plt
                                           -fno-builtin-malloc -fno-omit-frame-pointer -ftls-model=initial-exec)
endfunction()

add_library(benchkit_memhook_objects OBJECT ${_memhook_sources})
benchkit_memhook_flags(benchkit_memhook_objects)

add_library(benchkit_memhook SHARED $<TARGET_OBJECTS:benchkit_memhook_objects>)
set_target_properties(benchkit_memhook PROPERTIES OUTPUT_NAME benchkit-memhook EXPORT_NAME memhook_shared LINKER_LANGUAGE CXX)
target_link_options(benchkit_memhook PRIVATE -nodefaultlibs -Wl,-z,now,-z,nodelete,-z,defs)
target_link_libraries(benchkit_memhook PRIVATE c gcc)

# The entry is asked for by name, or the linker would take nothing out of an archive; exported, so that copies of the hooks know of each other.
set(BENCHKIT_MEMHOOK_LINK_WORDS -Wl,-u,benchkit_memhook -Wl,--export-dynamic-symbol=benchkit_memhook)
add_library(benchkit_memhook_linked STATIC $<TARGET_OBJECTS:benchkit_memhook_objects>)
set_target_properties(benchkit_memhook_linked PROPERTIES OUTPUT_NAME benchkit-memhook EXPORT_NAME memhook LINKER_LANGUAGE CXX)
target_link_options(benchkit_memhook_linked INTERFACE ${BENCHKIT_MEMHOOK_LINK_WORDS})
add_library(benchkit::memhook ALIAS benchkit_memhook_linked)

# libc's archive defines what the hooks are to stand before: the linker wraps those functions (src/memhook/wrapped.cpp).
file(STRINGS "${_memhook}/hooks.def" _wrapped REGEX "^BENCHKIT_HOOK.*, (everywhere|programs)\\)$")
list(TRANSFORM _wrapped REPLACE "^BENCHKIT_HOOK\\(([A-Za-z0-9_]+),.*$" "-Wl,--wrap=\\1")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_memhook}/hooks.def")
# Attributed windows walk the stack by the search table of .eh_frame, which gcc leaves out of static programs.
set(BENCHKIT_MEMHOOK_STATIC_LINK_WORDS -Wl,-u,benchkit_memhook,--eh-frame-hdr ${_wrapped})
add_library(benchkit_memhook_static STATIC "${_memhook}/wrapped.cpp"
            $<FILTER:$<TARGET_OBJECTS:benchkit_memhook_objects>,EXCLUDE,/names.cpp>)
benchkit_memhook_flags(benchkit_memhook_static)
set_target_properties(benchkit_memhook_static PROPERTIES OUTPUT_NAME benchkit-memhook-static EXPORT_NAME memhook_static)
target_link_options(benchkit_memhook_static INTERFACE ${BENCHKIT_MEMHOOK_STATIC_LINK_WORDS})
add_library(benchkit::memhook_static ALIAS benchkit_memhook_static)
