// One metric of a report: what compare() found, by case. Nothing is judged here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compare/compare.hpp"
#include "report/cases.hpp"
#include "report/json_text.hpp"

namespace benchkit::report {

/// Whether changes are told as ratios: they are where any case has one. What has none (a base of zero) then has its difference in words.
[[nodiscard]] bool is_relative(const compare::Comparison& comparison);

/// What comparing found, by case.
class ChangeLists {
 public:
  /// Without a base there are no changes, and only what went wrong is kept.
  explicit ChangeLists(bool has_base) : has_base_(has_base) {}
  /// `cell`: null where there is none; `place`: which case it is.
  void add(const compare::Cell* cell, std::size_t place, const std::string& unit, bool relative);
  void write(ObjectText& json) &&;

 private:
  bool has_base_;
  ListText effect_, effect_low_, effect_high_, verdict_, level_;
  ObjectText standing_, reason_, difference_;
};

/// As web/report/README.md has it. `notes`: those of the comparison that are not the whole report's.
[[nodiscard]] std::string metric_json(const compare::Comparison& comparison, const CaseList& cases, const std::vector<std::string>& notes);

}  // namespace benchkit::report
