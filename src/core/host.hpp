// Host: what a worker serves: a program's cases and meters.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
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
  std::vector<std::pair<std::string, protocol::MeterMode>> meter_modes;  ///< what a language adds to a meter, by the meter's name
  std::function<void()> prepare{};                                       ///< what is done once, before the first case; empty: nothing
  bool shares_process = false;  ///< the process is a person's or a test runner's, and goes on when a case is over
  /// What a test fixes of its calls, for a sample and a block; 0: as the runner asks.
  struct Fixed {
    std::uint64_t samples = 0, iterations = 0, warmup = 0;
  } fixed;
  /// Writes out what the language's own streams still hold, so that it is known which case printed it.
  std::function<void()> flush_output = [] { std::fflush(stdout); };
};

/// Makes cases fit to be told of. What JSON or a table cannot hold (a number that is not finite, a text that is not UTF-8) is taken out of its case, and
/// the case is `broken` by it; a broken case whose id is taken gets another. Throws benchkit::Error that names both places if two whole cases have
/// one id.
void check_cases(std::vector<HostCase>& cases);

/// The same for one case: takes out what cannot be told, and returns the first complaint, or nothing.
[[nodiscard]] std::string take_out_faults(Case& definition);

}  // namespace benchkit::core
