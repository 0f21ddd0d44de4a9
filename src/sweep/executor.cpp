#include "sweep/executor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::sweep {

const std::vector<Executor>& executors() {
  static const std::vector<Executor> all{
#define BENCHKIT_EXECUTOR(name) name##_executor(),
#include "sweep/executors/executors.def"
#undef BENCHKIT_EXECUTOR
  };
  return all;
}

const Executor& executor_named(std::string_view name) {
  const std::vector<Executor>& all = executors();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Executor& one) { return one.name == name; });
  if (found != all.end()) return *found;
  std::string names;
  for (const Executor& one : all) names += (names.empty() ? "" : ", ") + std::string(one.name);
  throw Error(fmt::format("there is no executor \"{}\"", name), "--executor", "there are: " + names);
}

}  // namespace benchkit::sweep
