#include "model/limit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"

namespace benchkit {
namespace {

constexpr const char* kGrammar = "write METRIC:LIMIT with its unit: peak:10MiB, time:5ms, allocations:1000";

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Limit parse_limit(std::string_view text, std::string_view where) {
  const auto fail = [&](const std::string& what) { return Error(what, std::string(where), kGrammar); };
  const std::size_t colon = text.rfind(':');
  const std::string_view metric = without_blanks(text.substr(0, std::min(colon, text.size())));
  if (colon == std::string_view::npos || metric.empty()) throw fail(fmt::format("\"{}\" names no metric and its limit", text));
  const std::string_view written = without_blanks(text.substr(colon + 1));
  const auto amount = base::parse_quantity(written);
  if (!amount) throw fail(fmt::format("\"{}\" is no limit", written));
  if (amount->number < 0) throw fail(fmt::format("a limit is not below 0, and \"{}\" is", written));
  return {std::string(metric), *amount, std::string(text)};
}

std::string examples_for(const std::string& unit) {
  if (unit == "B") return "write a size: 512KiB, 100MB, 1.5GiB";
  if (unit == "ns") return "write a time: 5ms, 1.5s, 2min";
  return unit.empty() ? "write a count: 1000, 20k" : fmt::format("write a number of {}", unit);
}

}  // namespace

std::vector<Limit> parse_limits(std::string_view text, std::string_view where) {
  std::vector<Limit> limits;
  base::for_each_part(text, [&](std::string_view part) { limits.push_back(parse_limit(without_blanks(part), where)); });
  return limits;
}

double bound_of(const Limit& limit, const Metric& metric, std::string_view where) {
  if (const auto bound = base::in_unit(limit.amount, metric.unit)) return *bound;
  throw Error(fmt::format("\"{}\" is no amount of {}", base::to_text(limit.amount), metric.name), std::string(where),
              examples_for(metric.unit));
}

}  // namespace benchkit
