// A suite as the cases of a worker.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <benchkit/suite/registry.hpp>

#include "core/case_source.hpp"

namespace benchkit::suite {

/// The cases of a registry. `cases` makes them; those among them that the registry does not know are plain ones, and always selected. `more_options`: beside the
/// registry's own.
class SuiteSource final : public core::CaseSource {
 public:
  SuiteSource(std::shared_ptr<const Registry> registry, std::function<std::vector<core::HostCase>()> cases,
              std::vector<protocol::OptionInfo> more_options);

  [[nodiscard]] std::vector<core::HostCase> cases() override { return make_cases_(); }
  [[nodiscard]] std::vector<protocol::OptionInfo> options() const override;
  [[nodiscard]] protocol::SuiteInfo info(bool resolve) override;
  [[nodiscard]] Unselected unselected(const std::vector<std::string>& words) override;
  [[nodiscard]] core::Hindrance hindrance(const std::string& id) override;

 private:
  /// Why this version has no such subject; a gate that fails tells so.
  [[nodiscard]] std::string absent_subject(std::size_t at) const;

  std::shared_ptr<const Registry> registry_;
  std::function<std::vector<core::HostCase>()> make_cases_;
  std::vector<protocol::OptionInfo> more_options_;
};

}  // namespace benchkit::suite
