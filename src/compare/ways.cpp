#include "compare/ways.hpp"

#include <algorithm>

namespace benchkit::compare {

std::map<std::string, std::string> ways_of(const Snapshot& snapshot, const std::string& metric) {
  std::map<std::string, std::string> ways;
  for (const Session& session : snapshot.sessions) {
    const auto conditions = session.header.find("conditions");
    if (conditions == session.header.end() || !conditions->is_object()) continue;
    for (const auto& [name, condition] : conditions->items()) {
      if (!condition.is_object() || !condition.contains("metrics") || !condition["metrics"].is_array()) continue;
      const Json& metrics = condition["metrics"];
      const Json note = condition.value("note", Json(name));
      if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end())
        ways[name] = note.is_string() ? note.get<std::string>() : name;
    }
  }
  return ways;
}

}  // namespace benchkit::compare
