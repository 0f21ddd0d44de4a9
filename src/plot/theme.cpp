// The palette is that of Okabe and Ito (2008, "Color Universal Design") without its yellow and black, with four of Paul Tol's muted scheme (2021, "Colour
// schemes", SRON/EPS/TN/09-002): told apart with every usual form of colour blindness. On dark paper each has a lighter sister of the same hue.
#include "plot/theme.hpp"

#include <array>
#include <set>

#include "base/hash.hpp"

namespace benchkit::plot {
namespace {

constexpr Theme kLight{"#ffffff", "#1b1f24", "#57606a", "#8c959f", "#e6e9ec", "#f0f1f3"};
constexpr Theme kDark{"#14181d", "#e6edf3", "#9da7b1", "#6e7681", "#2b3138", "#22272d"};

struct Paint {
  const char* light;
  const char* dark;
  const char* symbol;
};
constexpr std::array<Paint, 10> kPaints{{{"#0072b2", "#4ba3db", "circle"},
                                         {"#d55e00", "#f08a3c", "triangle"},
                                         {"#009e73", "#2cc295", "rect"},
                                         {"#cc79a7", "#e09dc3", "diamond"},
                                         {"#e69f00", "#f2b83b", "roundRect"},
                                         {"#56b4e9", "#8ccdf2", "emptyCircle"},
                                         {"#882255", "#d0679d", "emptyTriangle"},
                                         {"#999933", "#c2c25e", "emptyRect"},
                                         {"#332288", "#9a90ea", "emptyDiamond"},
                                         {"#44aa99", "#6fcfbf", "pin"}}};

}  // namespace

const Theme& theme(bool dark) noexcept { return dark ? kDark : kLight; }

std::vector<Look> looks_of(const std::vector<std::string>& names, bool dark) {
  std::vector<Look> looks;
  std::set<std::size_t> taken;
  for (const std::string& name : names) {
    std::size_t place = base::hash_bytes(name) % kPaints.size();
    if (taken.size() == kPaints.size()) taken.clear();
    while (taken.contains(place)) place = (place + 1) % kPaints.size();
    taken.insert(place);
    looks.push_back({dark ? kPaints[place].dark : kPaints[place].light, kPaints[place].symbol});
  }
  return looks;
}

VerdictLook look_of(compare::Verdict verdict, bool dark) noexcept {
  constexpr double kUpsideDown = 180;
  switch (verdict) {
    case compare::Verdict::regressed: return {dark ? "#f08a3c" : "#c2410c", "triangle", 0, false, "▲"};
    case compare::Verdict::improved: return {dark ? "#4ba3db" : "#0072b2", "triangle", kUpsideDown, false, "▼"};
    case compare::Verdict::same: return {dark ? "#9da7b1" : "#57606a", "circle", 0, false, "●"};
    case compare::Verdict::undecided: break;
  }
  return {dark ? "#9da7b1" : "#8c959f", "circle", 0, true, "○"};
}

}  // namespace benchkit::plot
