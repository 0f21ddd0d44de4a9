# libbenchkit-memhook.so. It stands before the allocator of any process, so it needs libc alone, has no exceptions and no static constructors, and
# is never unmapped. No sanitizer: those have allocators of their own.
file(GLOB _memhook_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/memhook/*.cpp")
list(FILTER _memhook_sources EXCLUDE REGEX "_test\\.cpp$")

add_library(benchkit_memhook SHARED ${_memhook_sources})
set_target_properties(benchkit_memhook PROPERTIES OUTPUT_NAME benchkit-memhook EXPORT_NAME memhook)
target_include_directories(benchkit_memhook PRIVATE "${PROJECT_SOURCE_DIR}/src")
target_compile_features(benchkit_memhook PRIVATE cxx_std_20)
target_compile_options(benchkit_memhook PRIVATE -Wall -Wextra -Wshadow -O2 -g -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-plt
                                                -fno-builtin-malloc -fno-omit-frame-pointer -ftls-model=initial-exec)
target_link_options(benchkit_memhook PRIVATE -nodefaultlibs -Wl,-z,now,-z,nodelete,-z,defs)
target_link_libraries(benchkit_memhook PRIVATE c gcc)
add_library(benchkit::memhook ALIAS benchkit_memhook)
