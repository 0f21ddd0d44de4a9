#include "cli/failure_line.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/table.hpp"

namespace benchkit::cli {
namespace {

constexpr std::size_t kTailLines = 5;
constexpr std::size_t kTailWidth = 160;

/// A text of one or more lines, those after the first indented.
std::string indented(const std::string& text) {
  std::istringstream stream(text);
  std::string result;
  for (std::string line; std::getline(stream, line);) result += (result.empty() ? "" : "\n  ") + base::printable(line);
  return result;
}

/// The last lines of a text, indented.
std::string tail_of(std::string_view name, const Json& details) {
  const auto found = details.find(name);
  if (found == details.end() || !found->is_string()) return {};
  std::istringstream stream(found->get<std::string>());
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::string result;
  for (std::size_t i = lines.size() - std::min(lines.size(), kTailLines); i < lines.size(); ++i)
    result += fmt::format("  {}| {}\n", name, base::shorten(base::printable(lines[i]), kTailWidth));
  return result;
}

}  // namespace

std::string failure_lines(const std::string& case_id, const Outcome& outcome) {
  std::string text = fmt::format("{} {}: ", is_left_out(outcome.status) ? "skipped" : "FAILED", base::printable(case_id));
  if (outcome.status != Status::skipped) text += std::string(to_string(outcome.status)) + ": ";
  text += indented(outcome.reason) + "\n";
  for (const char* name : {"traceback", "stdout", "stderr"}) text += tail_of(name, outcome.details);
  return text;
}

}  // namespace benchkit::cli
