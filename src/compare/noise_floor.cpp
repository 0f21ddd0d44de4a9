// Two snapshots of different days differ by more than their blocks show: another kernel, another neighbour, a fuller disk. No formula of one
// snapshot's own spread can see that. But most cases of a suite don't change between two versions, so what their ratios scatter about 1 is
// the noise between the runs: the robust spread (median distance, scaled) of the log-ratios about 0, which up to half of the cases may leave
// by true changes.
//
// About 0 and not about their own median: where all cases are a tenth slower, it may be the code or the machine, and nothing in two unpaired
// files can tell. The spread is then a tenth, and no verdict is passed; a paired run passes one.
//
// Noise is rarely one number. Cases that write files may scatter by 40 % where those that compute scatter by 6 % (linopy's two runs of one
// code). So each family of cases, those which have a dim's value in common, has a spread of its own where it has enough members, and a case
// takes the largest of its families' and the suite's. Foreign files often have no dims; there the parts of the names take their place, for this
// alone.
//
// The estimate's degrees of freedom are those of a sample standard deviation of the same precision: the median distance is 37 % as efficient
// (Rousseeuw and Croux, Journal of the American Statistical Association 88, 1993). Those of the whole suite are taken: the largest of
// several spreads errs upwards already.
#include "compare/noise_floor.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "stats/moments.hpp"

namespace benchkit::compare {

std::vector<std::string_view> parts_of_id(std::string_view id) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view text, char separator) {
    while (true) {
      const std::size_t end = std::min(text.find(separator), text.size());
      const std::string_view part = text.substr(0, end);
      if (end > 0 && std::find(parts.begin(), parts.end(), part) == parts.end())
        parts.push_back(part);  // `f[8-8]` is in two families, not three
      if (end == text.size()) return;
      text.remove_prefix(end + 1);
    }
  };
  const std::size_t bracket = id.find('[');
  if (bracket == std::string_view::npos) {
    add(id, '/');
    return parts;
  }
  if (bracket > 0) parts.push_back(id.substr(0, bracket));
  const std::string_view inside = id.substr(bracket + 1);
  add(inside.substr(0, inside.rfind(']')), '-');
  return parts;
}

std::vector<Floor> noise_floors(std::span<const RunRatio> ratios) {
  constexpr double kEfficiency = 0.37;
  if (ratios.size() < kFewestForFloor) return {};
  std::vector<double> all;
  std::unordered_map<std::string_view, std::vector<double>> by_family;
  for (const RunRatio& ratio : ratios) {
    all.push_back(ratio.log_ratio);
    if (ratio.families == nullptr) continue;
    for (const std::string& family : *ratio.families) by_family[family].push_back(ratio.log_ratio);
  }
  const Floor of_suite{stats::robust_spread(all, 0), kEfficiency * static_cast<double>(all.size())};
  std::unordered_map<std::string_view, double> deviations;
  for (const auto& [family, members] : by_family) {
    if (members.size() >= kFewestForFloor) deviations[family] = stats::robust_spread(members, 0);
  }
  std::vector<Floor> floors(ratios.size(), of_suite);
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    if (ratios[i].families == nullptr) continue;
    for (const std::string& family : *ratios[i].families) {
      if (const auto found = deviations.find(family); found != deviations.end())
        floors[i].deviation = std::max(floors[i].deviation, found->second);
    }
  }
  return floors;
}

}  // namespace benchkit::compare
