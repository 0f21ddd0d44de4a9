#include "compare/machines.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/hash.hpp"

namespace benchkit::compare {
namespace {

/// What makes times of two machines incomparable. Load and host name are no such facts: a container's name is new every time.
constexpr std::array<const char*, 10> kFacts{"cpu",   "architecture", "cpus",           "usable_cpus",  "kernel",
                                             "turbo", "governor",     "virtualisation", "clock_source", "caches"};

/// The values of one fact over all sessions.
std::set<std::string> values_of(const Snapshot& snapshot, const char* fact) {
  std::set<std::string> values;
  for (const Session& session : snapshot.sessions) {
    const auto machine = session.header.find("machine");
    if (machine == session.header.end() || !machine->is_object()) continue;
    if (const auto value = machine->find(fact); value != machine->end())
      values.insert(value->dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return values;
}

}  // namespace

std::vector<std::string> machine_differences(const Snapshot& base, const Snapshot& head) {
  std::vector<std::string> different;
  for (const char* fact : kFacts) {
    const std::set<std::string> left = values_of(base, fact);
    const std::set<std::string> right = values_of(head, fact);
    if (!left.empty() && !right.empty() && left != right) different.emplace_back(fact);
  }
  return different;
}

std::string fingerprint(const Json& machine) {
  Json facts = Json::array();
  for (const char* fact : kFacts) facts.push_back(machine.value(fact, Json()));
  return base::hash_text(base::hash_bytes(base::dump_line(facts)));
}

bool states_machine(const Snapshot& snapshot) {
  return std::any_of(snapshot.sessions.begin(), snapshot.sessions.end(), [](const Session& session) {
    const auto machine = session.header.find("machine");
    return machine != session.header.end() && machine->is_object() && !machine->empty();
  });
}

bool has_design(const Snapshot& snapshot, const char* design) {
  return std::any_of(snapshot.sessions.begin(), snapshot.sessions.end(), [&](const Session& session) {
    const auto found = session.header.find("design");
    return found != session.header.end() && *found == design;
  });
}

std::vector<std::string> build_differences(const Version& base, const Version& head) {
  std::vector<std::string> different;
  const auto left = base.details.find("toolchain");
  const auto right = head.details.find("toolchain");
  if (left == base.details.end() || right == head.details.end() || !left->is_object() || !right->is_object()) return different;
  for (const auto& [fact, value] : left->items()) {
    if (const auto other = right->find(fact); other != right->end() && *other != value) different.push_back(fact);
  }
  return different;
}

}  // namespace benchkit::compare
