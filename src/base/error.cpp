#include <benchkit/base/error.hpp>

namespace benchkit {

std::string describe(const Error& error) {
  std::string text = error.where().empty() ? std::string() : error.where() + ": ";
  text += error.what();
  if (!error.hint().empty()) text += "\n  hint: " + error.hint();
  return text;
}

}  // namespace benchkit
