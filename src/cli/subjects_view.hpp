// The subjects of a suite, as tables.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/table.hpp"
#include "cli/suite.hpp"

namespace benchkit::cli {

/// Subjects that have selected cases, with how many of those the version has as far as that was found out, in the suite's order.
struct CountedSubject {
  const protocol::SubjectInfo* subject = nullptr;
  std::size_t cases = 0;
};
/// Of the selected cases those that the version has.
[[nodiscard]] std::size_t present_cases(const SuiteDescription& suite);
/// Those of one kind, where `kind` is not empty. Throws benchkit::Error for a kind that the suite does not have, and where there is no suite.
[[nodiscard]] std::vector<CountedSubject> subjects_of(const SuiteDescription& suite, const std::string& kind);

/// A ladder with its tiers: "10* 50 (100)": a star for the quick tier, brackets for the long one.
[[nodiscard]] std::string ladder_text(const protocol::SubjectInfo& subject);
inline constexpr const char* kLadderLegend = "* in the quick tier, ( ) in the long one";

[[nodiscard]] base::Table subjects_table(const std::vector<CountedSubject>& subjects);
/// A paragraph for each: descriptions are too long for a table.
[[nodiscard]] std::string subjects_text(const std::vector<CountedSubject>& subjects);
/// All that the suite says of one.
[[nodiscard]] base::Table subject_facts(const protocol::SubjectInfo& subject);

}  // namespace benchkit::cli
