// The cases of a report: those of all its comparisons, each once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compare/compare.hpp"

namespace benchkit::report {

/// Refers to the comparisons that it was made of.
class CaseList {
 public:
  explicit CaseList(std::span<const compare::Comparison> comparisons);

  struct One {
    const compare::Row* row = nullptr;  ///< the first one of it
    std::string_view heading;           ///< under which it stands
    std::string name;                   ///< its id, with its dims where another case has the same one
  };
  [[nodiscard]] const std::vector<One>& all() const noexcept { return all_; }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  /// By case: the row of one metric, or null where that has none.
  [[nodiscard]] std::vector<const compare::Row*> rows_of(const compare::Comparison& comparison) const;
  /// size() for a case that is none of these.
  [[nodiscard]] std::size_t place_of(const std::string& id, const Dims& dims) const;

  /// `part`: by case, in which part its samples are.
  [[nodiscard]] std::string json(std::span<const int> part) const;

 private:
  std::vector<One> all_;
  std::unordered_map<std::string_view, std::size_t> places_;      ///< by id
  std::unordered_set<std::string_view> repeated_;                 ///< ids of several cases: foreign files have such
  std::unordered_map<std::string, std::size_t> repeated_places_;  ///< of those, by id and dims
};

}  // namespace benchkit::report
