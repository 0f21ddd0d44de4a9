#include "compare/gate.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
#include "base/units.hpp"
#include "compare/thresholds.hpp"

namespace benchkit::compare {
namespace {

struct PolicyName {
  Policy policy;
  std::string_view text;
};
constexpr std::array<PolicyName, 3> kPolicyNames{{{Policy::pass, "pass"}, {Policy::undecided, "undecided"}, {Policy::fail, "fail"}}};

Policy policy_of(Standing standing, const GateOptions& options) {
  for (auto own = options.policies.rbegin(); own != options.policies.rend(); ++own) {
    if (own->first == standing) return own->second;
  }
  return default_policy(standing);
}

/// `vanished, new, ... or other-machine`.
std::string outcomes_text() {
  std::vector<std::string_view> names;
  for (const Standing standing : obstacles()) names.push_back(to_string(standing));
  const std::string_view last = names.back();
  names.pop_back();
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

std::pair<Standing, Policy> parse_policy(std::string_view text, std::string_view option) {
  const std::size_t sign = text.find('=');
  const auto standing = standing_from(text.substr(0, std::min(sign, text.size())));
  const auto* policy = sign == std::string_view::npos ? kPolicyNames.end()
                                                      : std::find_if(kPolicyNames.begin(), kPolicyNames.end(), [&](const PolicyName& name) {
                                                          return name.text == text.substr(sign + 1);
                                                        });
  if (!standing || *standing == Standing::compared || policy == kPolicyNames.end())
    throw Error(fmt::format("\"{}\" is no policy", text), std::string(option),
                fmt::format("write OUTCOME=POLICY: {}; pass, undecided or fail", outcomes_text()));
  return {*standing, policy->policy};
}

/// `+2.0% [+1.8%, +2.2%]` as the table shows it, or a difference in the metric's unit.
std::string change_text(const Cell& cell, const Judgement& judgement, const std::string& unit) {
  if (!judgement.effect || !judgement.interval) return {};
  if (judgement.relative) {
    const double ratio = cell.ratio ? cell.ratio->value : *judgement.effect;
    const stats::Interval interval = cell.ratio && cell.ratio->interval ? *cell.ratio->interval : *judgement.interval;
    return judgement.exact ? base::format_change(ratio) : base::format_change(ratio, interval.low, interval.high);
  }
  return base::format_difference(*judgement.effect, judgement.interval->low, judgement.interval->high, unit);
}

/// What a cell says of itself, of which it has no number.
std::string doubt_of(const Cell& cell) { return cell.reason.empty() && !cell.warnings.empty() ? cell.warnings.back() : cell.reason; }

Ruling ruling(const Cell& cell, const Judgement& judgement, const Threshold& limit, const std::string& unit, const GateOptions& options) {
  if (judgement.standing != Standing::compared)
    return {.policy = policy_of(judgement.standing, options), .outcome = std::string(to_string(judgement.standing)), .why = doubt_of(cell)};
  Ruling result{.outcome = std::string(to_string(judgement.verdict)), .why = judgement.reason, .compared = true};
  if (judgement.verdict == Verdict::undecided) {
    result.policy = Policy::undecided;
    return result;
  }
  if (judgement.verdict == Verdict::regressed) result.policy = Policy::fail;
  result.why = fmt::format("{}, {} {}", change_text(cell, judgement, unit), judgement.verdict == Verdict::same ? "within" : "beyond",
                           to_text(limit, unit));
  return result;
}

/// Outcomes and how often each was met.
using Counts = std::map<std::string, std::size_t>;

std::vector<std::string> texts_of(const Counts& counts) {
  std::vector<std::string> texts;
  for (const auto& [outcome, count] : counts) texts.push_back(fmt::format("{} {}", count, outcome));
  return texts;
}

bool has_versions(const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    if (comparison.columns[i].base != i || comparison.columns[i].lacks_base) return true;
  }
  return false;
}

/// Calls `use` with every ruling and the place that it is about.
template <class Use>
void for_each_ruling(std::span<const Comparison> comparisons, const GateOptions& options, Use use) {
  for (const Comparison& comparison : comparisons) {
    for (const Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
          if (const auto ruling = ruling_of(comparison, row, i, options)) use(*ruling, place_of(comparison, row, i));
        }
      }
    }
  }
}

}  // namespace

Policy default_policy(Standing standing) noexcept {
  switch (standing) {
    case Standing::vanished:
    case Standing::failed:
    case Standing::missing_head: return Policy::fail;
    case Standing::compared:
    case Standing::added:
    case Standing::absent:
    case Standing::skipped: return Policy::pass;
    case Standing::now_skipped:
    case Standing::not_reached:
    case Standing::missing_base:
    case Standing::no_samples:
    case Standing::same_name:
    case Standing::zero_base:
    case Standing::changed_body:
    case Standing::other_unit:
    case Standing::other_machine: break;
  }
  return Policy::undecided;
}

std::vector<std::pair<Standing, Policy>> parse_policies(const std::vector<std::string>& texts, std::string_view option) {
  std::vector<std::pair<Standing, Policy>> policies;
  for (const std::string& text : texts) {
    base::for_each_part(text, [&](std::string_view part) { policies.push_back(parse_policy(part, option)); });
  }
  return policies;
}

std::optional<Ruling> ruling_of(const Comparison& comparison, const Row& row, std::size_t column, const GateOptions& options) {
  const Cell& cell = row.cells[column];
  const ColumnHead& head = comparison.columns[column];
  std::optional<Ruling> result;
  if (comparison.has_gate) {
    if (cell.gated) result = ruling(cell, cell.gated->judgement, cell.gated->limit, head.unit, options);
  } else if (cell.judgement) {
    result = ruling(cell, *cell.judgement, comparison.threshold, head.unit, options);
  }
  // What is missing may be the base's, whose cell says why.
  if (result && !result->compared && result->why.empty() && head.base != column) {
    const std::string why = doubt_of(row.cells[head.base]);
    if (!why.empty()) result->why = fmt::format("{}: {}", comparison.columns[head.base].title, why);
  }
  return result;
}

bool fails(const Ruling& ruling, const GateOptions& options) noexcept {
  return ruling.policy == Policy::fail || (ruling.policy == Policy::undecided && options.strict);
}

std::string versions_of(const Comparison& comparison, std::size_t column) {
  const ColumnHead& head = comparison.columns[column];
  return head.lacks_base ? head.title : head.title + " vs " + comparison.columns[head.base].title;
}

std::string place_of(const Comparison& comparison, const Row& row, std::size_t column) {
  return fmt::format("{} ({}, {})", row.id, comparison.metric.name, versions_of(comparison, column));
}

GateReport gate(std::span<const Comparison> comparisons, const GateOptions& options) {
  if (std::none_of(comparisons.begin(), comparisons.end(), has_versions))
    throw Error("there is but one version, and nothing to compare it with", "--fail-on",
                "name the base first: compare base.jsonl head.jsonl");
  GateReport report;
  Counts undecided;
  Counts not_compared;
  Counts passed;
  bool compared = false;
  for_each_ruling(comparisons, options, [&](const Ruling& ruling, const std::string& place) {
    const std::string line = fmt::format("{}: {}{}{}", ruling.outcome, place, ruling.why.empty() ? "" : ": ", ruling.why);
    if (ruling.policy == Policy::fail) report.failures.push_back(line);
    if (ruling.policy == Policy::undecided) report.undecided.push_back(line);
    if (ruling.policy == Policy::undecided) ++undecided[ruling.outcome];
    if (!ruling.compared) ++not_compared[ruling.outcome];
    if (!ruling.compared && ruling.policy == Policy::pass) ++passed[ruling.outcome];
    compared = compared || ruling.compared;
  });
  report.doubts = texts_of(undecided);
  if (compared) report.passed_uncompared = texts_of(passed);
  for (const std::string& title : comparisons.front().unfinished) {
    report.undecided.push_back(title +
                               ": its run did not come to its end: there may be cases that it never reached (--resume goes on with it)");
    report.doubts.emplace_back("unfinished run");
  }
  if (!compared) {
    const std::string counts = fmt::format("{}", fmt::join(texts_of(not_compared), ", "));
    report.undecided.push_back("nothing was compared: " + (counts.empty() ? "no case has a limit" : counts));
    report.doubts.emplace_back("nothing compared");
  }
  constexpr int kRegressed = 1;
  constexpr int kUndecided = 3;
  if (options.strict && !report.undecided.empty()) report.exit_code = kUndecided;
  if (!report.failures.empty()) report.exit_code = kRegressed;
  return report;
}

}  // namespace benchkit::compare
