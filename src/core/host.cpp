#include "core/host.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {

void check_ids(const std::vector<HostCase>& cases) {
  std::unordered_map<std::string_view, const HostCase*> seen;
  seen.reserve(cases.size());
  for (const HostCase& host_case : cases) {
    const auto [first, is_new] = seen.emplace(host_case.definition.id, &host_case);
    if (!is_new) {
      throw Error(fmt::format("two cases have the id \"{}\": {} and {}", host_case.definition.id, first->second->place, host_case.place),
                  {}, "ids are unique in a host: put what tells the two apart into the id");
    }
  }
}

Json cpp_toolchain() {
#if defined(__clang__)
  const char* compiler = "clang " __clang_version__;
#elif defined(__GNUC__)
  const char* compiler = "gcc " __VERSION__;
#else
  const char* compiler = "unknown";
#endif
#ifdef __OPTIMIZE__
  const bool optimised = true;
#else
  const bool optimised = false;
#endif
#ifdef NDEBUG
  const bool assertions = false;
#else
  const bool assertions = true;
#endif
  return {{"compiler", compiler}, {"cplusplus", __cplusplus}, {"optimised", optimised}, {"assertions", assertions}};
}

}  // namespace benchkit::core
