// Any bytes as a result file, of whatever tool they look like.
#include <cstddef>
#include <cstdint>

#include "read_and_compare.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  benchkit::read_and_compare({reinterpret_cast<const char*>(data), size}, {});
  return 0;
}
