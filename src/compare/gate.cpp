#include "compare/gate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"

namespace benchkit::compare {
namespace {

struct Name {
  Policy policy;
  std::string_view text;
};
constexpr std::array<Name, 3> kNames{{{Policy::pass, "pass"}, {Policy::undecided, "undecided"}, {Policy::fail, "fail"}}};

Policy policy_of(Standing standing, const GateOptions& options) {
  for (auto own = options.policies.rbegin(); own != options.policies.rend(); ++own) {
    if (own->first == standing) return own->second;
  }
  return default_policy(standing);
}

std::pair<Standing, Policy> parse_policy(std::string_view text, std::string_view option) {
  constexpr const char* kGrammar =
      "write OUTCOME=POLICY: vanished, new, failed, skipped, missing-base, missing-head, zero-base, changed-body or other-machine; "
      "pass, undecided or fail";
  const std::size_t sign = text.find('=');
  const auto standing = standing_from(text.substr(0, std::min(sign, text.size())));
  const auto* policy = sign == std::string_view::npos ? kNames.end() : std::find_if(kNames.begin(), kNames.end(), [&](const Name& name) {
    return name.text == text.substr(sign + 1);
  });
  if (!standing || *standing == Standing::compared || policy == kNames.end())
    throw Error(fmt::format("\"{}\" is no policy", text), std::string(option), kGrammar);
  return {*standing, policy->policy};
}

std::string change_text(const Judgement& judgement, const Metric& metric) {
  if (!judgement.effect || !judgement.interval) return {};
  if (judgement.relative)
    return judgement.exact ? base::format_change(*judgement.effect)
                           : base::format_change(*judgement.effect, judgement.interval->low, judgement.interval->high);
  return fmt::format("{}{}", *judgement.effect > 0 ? "+" : "", base::format_value(*judgement.effect, metric.unit));
}

void examine(GateReport& report, const std::string& what, const Judgement& judgement, const Metric& metric, const GateOptions& options) {
  if (judgement.standing != Standing::compared) {
    const Policy policy = policy_of(judgement.standing, options);
    const std::string line = fmt::format("{}: {}", to_string(judgement.standing), what);
    if (policy == Policy::fail) report.failures.push_back(line);
    if (policy == Policy::undecided) report.undecided.push_back(line);
  } else if (judgement.verdict == Verdict::regressed) {
    report.failures.push_back(fmt::format("regressed: {}: {}", what, change_text(judgement, metric)));
  } else if (judgement.verdict == Verdict::undecided) {
    report.undecided.push_back(fmt::format("undecided: {}: {}", what, judgement.reason));
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
    case Standing::skipped: return Policy::pass;
    case Standing::missing_base:
    case Standing::zero_base:
    case Standing::changed_body:
    case Standing::other_machine: break;
  }
  return Policy::undecided;
}

std::vector<std::pair<Standing, Policy>> parse_policies(const std::vector<std::string>& texts, std::string_view option) {
  std::vector<std::pair<Standing, Policy>> policies;
  for (const std::string& text : texts) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      policies.push_back(parse_policy(std::string_view(text).substr(begin, end - begin), option));
      begin = end + 1;
    }
  }
  return policies;
}

GateReport gate(std::span<const Comparison> comparisons, const GateOptions& options) {
  GateReport report;
  for (const Comparison& comparison : comparisons) {
    for (const Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
          if (!row.cells[i].judgement) continue;
          const ColumnHead& head = comparison.columns[i];
          const std::string what =
              fmt::format("{} ({}, {} vs {})", row.id, comparison.metric.name, head.title, comparison.columns[head.base].title);
          examine(report, what, *row.cells[i].judgement, comparison.metric, options);
        }
      }
    }
  }
  constexpr int kRegressed = 1;
  constexpr int kUndecided = 3;
  if (options.strict && !report.undecided.empty()) report.exit_code = kUndecided;
  if (!report.failures.empty()) report.exit_code = kRegressed;
  return report;
}

}  // namespace benchkit::compare
