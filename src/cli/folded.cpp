#include "cli/folded.hpp"

#include <algorithm>

#include "base/table.hpp"

namespace benchkit::cli {
namespace {

constexpr std::size_t kNarrowest = 20;  // no text is folded to less

/// Where a line's text begins: behind the name that stands before two spaces, if it has one.
std::size_t text_of(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  const std::size_t gap = line.find("  ", begin);
  if (begin == 0 || gap == std::string_view::npos) return begin;
  return std::min(line.find_first_not_of(' ', gap), line.size());
}

}  // namespace

std::vector<std::string> folded(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{{}};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string& line = lines.back();
    if (line.empty()) line = word;
    else if (base::display_width(line) + 1 + base::display_width(word) <= width) line.append(" ").append(word);
    else lines.emplace_back(word);
  }
  return lines;
}

std::string folded_help(std::string_view page, std::size_t width) {
  if (width == 0) return std::string(page);
  std::string out;
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (base::display_width(line) <= width) {
      out.append(line) += '\n';
      continue;
    }
    const std::size_t begin = text_of(line);
    out.append(line.substr(0, begin));
    bool is_first = true;
    for (const std::string& part : folded(line.substr(begin), std::max(width > begin ? width - begin : 0, kNarrowest))) {
      if (!is_first) out.append(begin, ' ');
      out.append(part) += '\n';
      is_first = false;
    }
  }
  return out;
}

}  // namespace benchkit::cli
