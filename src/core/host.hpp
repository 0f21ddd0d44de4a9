// Host: what a worker serves: a program's cases and meters.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <benchkit/core/case.hpp>

#include "base/json.hpp"
#include "core/meters/meter.hpp"

namespace benchkit::core {

/// A case and where it was made. `broken` says why it cannot run at all (a client's mistake in another language), or is empty.
struct HostCase {
  Case definition;
  std::string place;
  std::string broken;
};

struct Host {
  std::string program;
  std::string language = "c++";
  Json toolchain = Json::object();
  Json conditions = Json::object();
  Json packages = Json::object();  ///< name -> version of what its cases could use, where that can be told
  std::vector<HostCase> cases;
  std::vector<MeterEntry> meters = built_in_meters();
  /// Writes out what the language's own streams still hold, so that it is known which case printed it.
  std::function<void()> flush_output = [] { std::fflush(stdout); };
};

/// Throws benchkit::Error that names both places if two cases have one id.
void check_ids(const std::vector<HostCase>& cases);

/// The compiler and the flags that matter, as this library was built.
[[nodiscard]] Json cpp_toolchain();

}  // namespace benchkit::core
