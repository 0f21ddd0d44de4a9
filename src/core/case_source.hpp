// Where a worker's cases come from, and what more is known of them than a Case says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/host.hpp"
#include "protocol/suite_info.hpp"

namespace benchkit::core {

/// Why a case cannot be measured; each text is a reason, or empty.
struct Hindrance {
  std::string absent;  ///< this version has no such case
  std::string skip;    ///< it cannot be run here
};

class CaseSource {
 public:
  virtual ~CaseSource() = default;
  /// Asked once. May throw benchkit::Error, or what the suite's own code throws.
  [[nodiscard]] virtual std::vector<HostCase> cases() = 0;
  /// The options of the command line that select among them.
  [[nodiscard]] virtual std::vector<protocol::OptionInfo> options() const { return {}; }
  /// What there is beyond the cases. `resolve`: find out as well what this version lacks.
  [[nodiscard]] virtual protocol::SuiteInfo info(bool /*resolve*/) { return {}; }
  /// Why these words of the command line leave a case out, by its id; empty for one that is selected. Throws benchkit::Error for words that make
  /// no sense.
  using Unselected = std::function<std::string(const std::string& id)>;
  [[nodiscard]] virtual Unselected unselected(const std::vector<std::string>& words);
  /// What stands in the case's way in this version and on this machine. To find out may mean to import what the suite is about.
  [[nodiscard]] virtual Hindrance hindrance(const std::string& /*id*/) { return {}; }

 protected:
  CaseSource() = default;
  CaseSource(const CaseSource&) = default;
  CaseSource& operator=(const CaseSource&) = default;
};

/// Cases alone, with short names at most.
[[nodiscard]] std::shared_ptr<CaseSource> plain_cases(std::function<std::vector<HostCase>()> cases,
                                                      std::vector<protocol::OptionInfo> short_names = {});

/// An option that stands for `--where DIM=`, as ("--impl", "impl"). Throws benchkit::Error for one that is none.
[[nodiscard]] protocol::OptionInfo short_name(const std::string& name, const std::string& dim);

/// The words of a command line as (name, value) pairs. Throws benchkit::Error for an option that was not declared, and one without its value.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_options(const std::vector<std::string>& words,
                                                                            const std::vector<protocol::OptionInfo>& declared);

}  // namespace benchkit::core
