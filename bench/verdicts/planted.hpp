// A slowdown of known size for tools that cannot plant one themselves: a share of the calls is made twice, as benchkit's worker does it.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace verdicts {

template <class Action>
class Planted {
 public:
  Planted(Action action, double share) : action_(std::move(action)), share_(share) {}
  /// Calls it once, or now and then twice.
  auto operator()() {
    owed_ += share_;
    if (owed_ >= 1) {
      owed_ -= 1;
      volatile auto first = action_();
      (void)first;
    }
    return action_();
  }

 private:
  Action action_;
  double share_;
  double owed_ = 0;
};

/// $PLANTED_<name>, or 0.
inline double planted_share(const std::string& name) {
  const char* text = std::getenv(("PLANTED_" + name).c_str());
  return text == nullptr ? 0 : std::atof(text);
}

}  // namespace verdicts
