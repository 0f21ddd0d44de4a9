// Which cases are meant: `-k EXPR` over ids and `--where DIM=VALUE` over dims. The same in list, run, compare, plot and sweep.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <benchkit/model/dims.hpp>

namespace benchkit {

/// A selection of cases. Empty: every case.
class Filter {
 public:
  Filter();
  ~Filter();
  Filter(const Filter&);
  Filter& operator=(const Filter&);

  /// pytest's grammar: `and`, `or`, `not`, parentheses over substrings of the id (case-insensitive, as pytest's are); words may hold
  /// `=.[]:/-`, and a quoted word anything. Several calls are joined by `and`. Throws benchkit::Error with the column.
  void add_expression(std::string_view expression);
  /// `n=100` (matches the integer 100, the real 100.0 and the text "100"), `n!=100`, `n>=100`, `n<100`, `n=10..100` (both ends included; a
  /// range only where both are numbers), `op=sort,find` (any of), `on=true` (or `True`). A case without the dim does not match. Throws
  /// benchkit::Error.
  void add_where(std::string_view condition);

  /// The case of this id and no other; several calls: any of them.
  void add_id(std::string_view id);

  [[nodiscard]] bool empty() const noexcept;
  /// What was added, as it was written: a filter can be told and made again.
  [[nodiscard]] const std::vector<std::string>& expressions() const noexcept;
  [[nodiscard]] const std::vector<std::string>& conditions() const noexcept;
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept;
  [[nodiscard]] bool matches(std::string_view id, const Dims& dims) const;
  /// Why the conditions select none of these cases: the first one that none of them meets, and what there is instead. Empty if each
  /// is met by some case.
  [[nodiscard]] std::string why_nothing(std::span<const Dims* const> cases) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace benchkit
