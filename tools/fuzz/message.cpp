// Any bytes as a worker's answer: understood or refused with the place, and what was understood survives being written.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <benchkit/base/error.hpp>

#include "protocol/messages.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace benchkit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string line = protocol::to_line(protocol::from_line(text, "worker"));
    require(protocol::to_line(protocol::from_line(line, "worker")) == line, "what is written reads as the same");
  } catch (const Error& error) {
    require(error.where().starts_with("worker"), "a refusal names its place");
  }
  return 0;
}
