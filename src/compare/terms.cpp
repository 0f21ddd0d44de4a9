#include "compare/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "compare/thresholds.hpp"

namespace benchkit::compare {
namespace {

constexpr const char* kTimeOver = "time_over";
constexpr const char* kScreened = "screened";
constexpr const char* kDeclared = "declared";

}  // namespace

Json to_json(const Terms& terms) {
  return {{"design", to_string(terms.design)}, {"threshold", terms.thresholds}, {"alpha", terms.alpha}, {"power", terms.power}};
}

std::optional<Terms> terms_from_json(const Json& json) {
  try {
    Terms terms;
    const auto design = design_from(json.at("design").get<std::string>());
    terms.thresholds = json.at("threshold").get<std::vector<std::string>>();
    terms.alpha = json.at("alpha").get<double>();
    terms.power = json.at("power").get<double>();
    const auto is_level = [](double level) { return level > 0 && level < 1; };
    if (!design || !is_level(terms.alpha) || !is_level(terms.power)) return std::nullopt;
    terms.design = *design;
    return terms;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<Terms> terms_of(const Snapshot& snapshot) {
  const auto looked = [](Design design) { return design == Design::fixed ? 0 : design == Design::looks ? 1 : 2; };
  std::optional<Terms> found;
  for (const Session& session : snapshot.sessions) {
    const auto options = session.header.find("options");
    if (options == session.header.end() || !options->is_object() || !options->contains("verdicts")) continue;
    auto terms = terms_from_json((*options)["verdicts"]);
    if (terms && (!found || looked(terms->design) > looked(found->design))) found = std::move(terms);
  }
  return found;
}

Terms stated_terms(std::span<const Snapshot> snapshots) {
  for (const Snapshot& snapshot : snapshots) {
    if (auto terms = terms_of(snapshot)) return *std::move(terms);
  }
  return {};
}

std::size_t planned_blocks_of(const Snapshot& snapshot) {
  std::size_t most = 0;
  for (const Session& session : snapshot.sessions) {
    const auto planned = session.header.find("planned_blocks");
    if (planned != session.header.end() && planned->is_number_integer() && planned->get<std::int64_t>() > 0)
      most = std::max(most, static_cast<std::size_t>(planned->get<std::int64_t>()));
  }
  return most;
}

Json time_over() { return {{kTimeOver, true}}; }

bool is_time_over(const Outcome& outcome) { return outcome.status == Status::ok && outcome.details.contains(kTimeOver); }

Json screened() { return {{kScreened, true}}; }

bool is_screened(const Outcome& outcome) { return outcome.status == Status::ok && outcome.details.contains(kScreened); }

Json declared_absent() { return {{kDeclared, true}}; }

bool is_declared_absent(const Outcome& outcome) { return outcome.status == Status::absent && outcome.details.contains(kDeclared); }

JudgeOptions judge_options(const Terms& terms, std::span<const Snapshot> snapshots) {
  JudgeOptions options{.alpha = terms.alpha, .power = terms.power};
  Thresholds thresholds = parse_thresholds(terms.thresholds, snapshots, "--threshold");
  if (thresholds.of_all) options.threshold = *thresholds.of_all;
  options.of_metric = std::move(thresholds.of_metric);
  return options;
}

}  // namespace benchkit::compare
