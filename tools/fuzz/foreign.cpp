// Any bytes as a file of each tool that is read, insisted upon.
#include <cstddef>
#include <cstdint>

#include "read_and_compare.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const std::string& from : benchkit::snapshot::format_names())
    benchkit::read_and_compare({reinterpret_cast<const char*>(data), size}, from);
  return 0;
}
