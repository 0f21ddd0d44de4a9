// benchkit::Error: what the user gave wrongly, where, and the way out.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace benchkit {

/// Bad input. Thrown anywhere, printed once by the command, exit code 2.
///
/// `what()` says what is wrong, `where()` the place (`file:line:column`, an option, a case id; may be empty),
/// `hint()` the way out (may be empty). A failing *case* is never an Error: it is data in its record.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, std::string where = {}, std::string hint = {})
      : std::runtime_error(what), where_(std::move(where)), hint_(std::move(hint)) {}

  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  std::string where_;
  std::string hint_;
};

/// The error as one text of up to two lines: `where: what` and `  hint: ...`. No newline at the end.
[[nodiscard]] std::string describe(const Error& error);

}  // namespace benchkit
