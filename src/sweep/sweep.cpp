#include "sweep/sweep.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::sweep {

std::vector<VersionSpec> resolve(const SweepOptions& options, const Host& /*host*/) {
  std::vector<VersionSpec> specs;
  for (const std::string& text : options.versions) specs.push_back(parse_version_spec(text, "sweep"));
  make_unique(specs);
  return specs;
}

std::vector<std::size_t> bases_of(const std::vector<VersionSpec>& specs, const std::string& baseline) {
  std::vector<std::size_t> bases;
  if (baseline.empty()) {
    for (std::size_t i = 0; i < specs.size(); ++i) bases.push_back(i == 0 ? 0 : i - 1);
    return bases;
  }
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const VersionSpec& spec) { return spec.label == baseline; });
  if (found == specs.end()) {
    std::string labels;
    for (const VersionSpec& spec : specs) labels += (labels.empty() ? "" : ", ") + spec.label;
    throw Error(fmt::format("\"{}\" is none of the versions", baseline), "--baseline", "there are: " + labels);
  }
  bases.assign(specs.size(), static_cast<std::size_t>(found - specs.begin()));
  return bases;
}

std::string snapshot_in(const std::string& folder) { return folder + "/sweep.jsonl"; }

Json to_json(const SweepOptions& options) {
  const ProvisionOptions& provision = options.provision;
  return {{"versions", options.versions}, {"baseline", options.baseline}, {"as_of", provision.as_of},
          {"pins", provision.pins},       {"python", provision.python},   {"build_command", provision.build_command}};
}

}  // namespace benchkit::sweep
