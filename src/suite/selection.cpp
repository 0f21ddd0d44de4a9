// Which cases a command line selects. The first rule that speaks wins: values that are named, then the quick tier, then the long one.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
#include "suite/registry_state.hpp"

namespace benchkit {
namespace {

bool holds(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::int64_t integer_of(std::string_view text, const std::string& option) {
  std::int64_t value = 0;
  const char* last = text.data() + text.size();
  if (const auto [end, error] = std::from_chars(text.data(), last, value); error == std::errc{} && end == last) return value;
  throw Error(fmt::format("\"{}\" is no integer", text), option);
}

}  // namespace

std::string Registry::unselected(const Point& point, const Selection& selection) const {
  const Subject& one = subject(point.subject);
  const std::string& axis = dial_of(one).axis;
  if (const auto named = selection.values.find(axis); named != selection.values.end())
    return named->second.contains(point.value) ? "" : fmt::format("{}={} not selected", axis, point.value);
  if (selection.quick)
    return holds(quick_of(one), point.value) ? "" : fmt::format("--quick: skipping {} {}={}", one.name, axis, point.value);
  if (!selection.everything && holds(one.long_sizes, point.value))
    return fmt::format("long sweep needs --long: skipping {} {}={}", one.name, axis, point.value);
  return {};
}

std::string Registry::not_asked_for(const Point& point, const Selection& selection) const {
  const Operation& done = operation(point.operation);
  return done.opt_in.empty() || selection.operations.contains(done.name) ? "" : fmt::format("{} needs {}", done.name, done.opt_in);
}

std::string Registry::skip_reason(const Point& point, const Selection& selection) const {
  std::string why = missing(point);
  return why.empty() ? unselected(point, selection) : why;
}

std::vector<Registry::Option> Registry::options() const {
  std::vector<Option> options{{"--quick", "", "the quick tier: few values of each ladder", ""},
                              {"--long", "", "every value, the long tier too", ""}};
  for (const Dial& dial : state_->spec.dials) {
    if (!dial.option.empty())
      options.push_back({dial.option, "N", fmt::format("of each {} only {}=N, whatever the tier", dial.kind, dial.axis), ""});
  }
  for (const State::KnownOperation& one : state_->operations) {
    if (one.operation.opt_in.empty()) continue;
    const auto known =
        std::find_if(options.begin(), options.end(), [&](const Option& option) { return option.name == one.operation.opt_in; });
    const std::string help = fmt::format("the {} \"{}\" too", state_->spec.operation_dim, one.operation.name);
    if (known == options.end()) options.push_back({one.operation.opt_in, "", help, ""});
    else known->help += ", " + help;  // one option may stand for several
  }
  options.push_back(
      {"--" + state_->spec.operation_dim, "NAME", fmt::format("only this {}", state_->spec.operation_dim), state_->spec.operation_dim});
  return options;
}

Selection Registry::selection(const std::vector<std::pair<std::string, std::string>>& options) const {
  Selection selection;
  const auto each = [](const std::string& text, const auto& visit) { base::for_each_part(text, visit); };
  for (const auto& [name, value] : options) {
    if (name == "--quick") selection.quick = true;
    else if (name == "--long") selection.everything = true;
    else if (name == "--" + state_->spec.operation_dim)
      each(value, [&](std::string_view one) { selection.operations.insert(operation(find_operation(one)).name); });
    for (const Dial& dial : state_->spec.dials) {
      if (dial.option.empty() || dial.option != name) continue;
      each(value, [&, option = name](std::string_view one) { selection.values[dial.axis].insert(integer_of(one, option)); });
    }
    for (const State::KnownOperation& one : state_->operations) {
      if (one.operation.opt_in == name) selection.operations.insert(one.operation.name);
    }
  }
  for (const auto& [axis, values] : selection.values) {
    std::set<std::int64_t> known;
    const Dial* dial = nullptr;
    for (const State::KnownSubject& one : state_->subjects) {
      if (state_->spec.dials[one.dial].axis != axis) continue;
      dial = &state_->spec.dials[one.dial];
      known.insert(one.subject.sizes.begin(), one.subject.sizes.end());
    }
    for (const std::int64_t value : values) {
      if (dial != nullptr && !known.contains(value))
        throw Error(fmt::format("no {} has {}={}", dial->kind, axis, value), dial->option,
                    fmt::format("there are {}", fmt::join(known, ", ")));
    }
  }
  return selection;
}

}  // namespace benchkit
