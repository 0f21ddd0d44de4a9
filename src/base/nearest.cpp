#include "base/nearest.hpp"

#include <algorithm>

namespace benchkit::base {
namespace {

/// Optimal string alignment distance.
std::size_t edits(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> rows(left.size() + 1, std::vector<std::size_t>(right.size() + 1));
  for (std::size_t i = 0; i <= left.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= right.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[left.size()][right.size()];
}

constexpr std::size_t kShortest = 3;  // what is shorter is a part of anything

/// The only candidate for which that holds; empty: none, or several.
template <class Holds>
std::string only_one(const std::vector<std::string>& candidates, Holds&& holds) {
  const auto first = std::find_if(candidates.begin(), candidates.end(), holds);
  if (first == candidates.end() || std::find_if(first + 1, candidates.end(), holds) != candidates.end()) return {};
  return *first;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() >= kShortest) {
    std::string end = only_one(candidates, [&](const std::string& candidate) { return candidate.ends_with(word); });
    if (!end.empty()) return end;
  }
  std::string best;
  std::size_t fewest = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edits(word, candidate);
    if (distance >= fewest) continue;
    fewest = distance;
    best = candidate;
  }
  if (!best.empty() || word.size() < kShortest) return best;
  return only_one(candidates, [&](const std::string& candidate) { return candidate.find(word) != std::string::npos; });
}

}  // namespace benchkit::base
