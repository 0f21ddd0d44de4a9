# libbenchkit-http.so: what `benchkit serve` answers browsers with, by cpp-httplib. A module that is loaded at first use: the library brings OpenSSL along, which
# nothing else here needs. Where it is missing `serve` is refused with the way out.
find_package(PkgConfig)
if(PkgConfig_FOUND)
  pkg_check_modules(BENCHKIT_HTTPLIB IMPORTED_TARGET cpp-httplib)
endif()
if(NOT BENCHKIT_HTTPLIB_FOUND)
  message(STATUS "cpp-httplib is not there: `benchkit serve` will not work")
  return()
endif()
benchkit_module(http http PkgConfig::BENCHKIT_HTTPLIB Threads::Threads)
