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

enum class Hue { blue, orange, green, pink };
struct Paint {
  const char* light;
  const char* dark;
  const char* symbol;
  Hue hue;
};
constexpr std::size_t kHues = 4;
constexpr const char* kPlus = "path://M4,0h4v4h4v4h-4v4h-4v-4h-4v-4h4z";
constexpr const char* kCross = "path://M0,3L3,0L6,3L9,0L12,3L9,6L12,9L9,12L6,9L3,12L0,9L3,6z";
constexpr const char* kStar = "path://M6,0L7.5,4.2L12,4.4L8.5,7.2L9.7,11.5L6,9L2.3,11.5L3.5,7.2L0,4.4L4.5,4.2z";
constexpr const char* kHexagon = "path://M3,0h6l3,6l-3,6h-6l-3,-6z";
constexpr const char* kHourglass = "path://M0,0h12l-5,6l5,6h-12l5,-6z";
constexpr const char* kDown = "path://M0,0h12l-6,11z";
constexpr std::array<Paint, 10> kPaints{{{"#0072b2", "#4ba3db", "circle", Hue::blue},
                                         {"#d55e00", "#f08a3c", "triangle", Hue::orange},
                                         {"#009e73", "#2cc295", "rect", Hue::green},
                                         {"#cc79a7", "#e09dc3", "diamond", Hue::pink},
                                         {"#c98a00", "#f2b83b", kDown, Hue::orange},
                                         {"#56b4e9", "#8ccdf2", kPlus, Hue::blue},
                                         {"#882255", "#d0679d", kStar, Hue::pink},
                                         {"#8a8a2b", "#c2c25e", kHexagon, Hue::green},
                                         {"#332288", "#9a90ea", kCross, Hue::blue},
                                         {"#44aa99", "#6fcfbf", kHourglass, Hue::green}}};

}  // namespace

const Theme& theme(bool dark) noexcept { return dark ? kDark : kLight; }

std::vector<Look> looks_of(const std::vector<std::string>& names, bool dark, const std::vector<std::set<std::size_t>>& beside) {
  std::vector<Look> looks;
  std::vector<std::size_t> places;
  std::set<std::size_t> taken;
  std::set<Hue> hues;
  for (const std::string& name : names) {
    if (taken.size() == kPaints.size()) taken.clear();
    std::set<std::size_t> neighbours;
    for (std::size_t i = 0; i < places.size() && places.size() < beside.size(); ++i) {
      if (beside[places.size()].contains(i)) neighbours.insert(places[i]);
    }
    if (hues.size() == kHues) hues.clear();
    const std::size_t wanted = base::hash_bytes(name) % kPaints.size();
    const auto next = [&](auto&& suits) {
      for (std::size_t step = 0; step < kPaints.size(); ++step) {
        const std::size_t place = (wanted + step) % kPaints.size();
        if (suits(place)) return place;
      }
      return kPaints.size();
    };
    const auto is_free = [&](std::size_t one) { return !taken.contains(one) && !neighbours.contains(one); };
    std::size_t place = next([&](std::size_t one) { return is_free(one) && !hues.contains(kPaints[one].hue); });
    if (place == kPaints.size()) place = next(is_free);
    if (place == kPaints.size()) place = next([&](std::size_t one) { return !neighbours.contains(one); });
    if (place == kPaints.size()) place = next([&](std::size_t one) { return !taken.contains(one); });
    taken.insert(place);
    places.push_back(place);
    hues.insert(kPaints[place].hue);
    looks.push_back({dark ? kPaints[place].dark : kPaints[place].light, kPaints[place].symbol});
  }
  return looks;
}

VerdictLook look_of(compare::Verdict verdict, bool dark) noexcept {
  switch (verdict) {
    case compare::Verdict::regressed: return {dark ? "#f08a3c" : "#c2410c", "triangle", false, "▲"};
    case compare::Verdict::improved: return {dark ? "#4ba3db" : "#0072b2", kDown, false, "▼"};
    case compare::Verdict::same: return {dark ? "#9da7b1" : "#57606a", "circle", false, "●"};
    case compare::Verdict::undecided: break;
  }
  return {dark ? "#9da7b1" : "#8c959f", "circle", true, "○"};
}

}  // namespace benchkit::plot
