// What stands in call paths when they are written down: names, and nobody's frames but the suite's.
#pragma once

#include <string>

#include <benchkit/model/call_paths.hpp>
#include "symbols/symbols.hpp"

namespace benchkit::runner {

/// Names are looked up while the files are what they were when the code ran. The library that knows them is loaded when it is first needed.
class PathNames {
 public:
  /// Names native frames, and takes away those that led from the worker to the case's own code.
  void add_to(CallPaths& paths);
  /// Why native code has no names, or empty.
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }

 private:
  void load();

  symbols::LookUp look_up_;  ///< empty until it is needed
  std::string missing_;
};

}  // namespace benchkit::runner
