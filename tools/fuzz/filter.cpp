// Any text as -k EXPR and as --where CONDITION: understood, or refused with a benchkit::Error.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <benchkit/base/error.hpp>

#include "model/filter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace benchkit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Dims dims{{"op", "sort"}, {"n", 100}, {"x", 0.5}, {"on", true}};
  const auto use = [&](auto add) {
    try {
      Filter filter;
      add(filter);
      (void)filter.matches("suite/sort[n=100]", dims);
      const std::array<const Dims*, 1> cases{&dims};
      (void)filter.why_nothing(cases);
    } catch (const Error&) {  // refused: fine
    }
  };
  use([&](Filter& filter) { filter.add_expression(text); });
  use([&](Filter& filter) { filter.add_where(text); });
  return 0;
}
