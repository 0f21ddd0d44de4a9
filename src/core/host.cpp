#include "core/host.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/utf8.hpp"
#include "model/limit.hpp"

namespace benchkit::core {
namespace {

/// Collects the first complaint about a case.
class Faults {
 public:
  /// False if the number cannot be told.
  bool number(std::string_view field, double value) {
    if (std::isfinite(value)) return true;
    complain(fmt::format("its {} is {}, not a finite number", field, value));
    return false;
  }
  /// Makes the text UTF-8.
  void text(std::string_view field, std::string& value) {
    if (base::is_utf8(value)) return;
    value = base::escape_non_utf8(value);
    complain(fmt::format("its {} is not UTF-8: {}", field, value));
  }
  void limit(std::string& value) {
    text("limit", value);
    try {
      (void)parse_limits(value, {});
    } catch (const Error& error) {
      complain(fmt::format("its limits cannot be read: {}; {}", error.what(), error.hint()));
    }
  }
  void complain(std::string complaint) {
    if (first_.empty()) first_ = std::move(complaint);
  }
  [[nodiscard]] std::string first() && { return std::move(first_); }

 private:
  std::string first_;
};

Dims told(const Dims& dims, Faults& faults) {
  Dims result;
  for (const auto& [name, value] : dims) {
    std::string plain_name = name;
    faults.text("dim's name", plain_name);
    if (value.is_text()) {
      std::string text = value.text();
      faults.text("dim \"" + plain_name + "\"", text);
      result.set(plain_name, std::move(text));
    } else if (!value.is_number() || faults.number("dim \"" + plain_name + "\"", value.number())) {
      result.set(plain_name, value);
    }
  }
  return result;
}

}  // namespace

std::string take_out_faults(Case& definition) {
  Faults faults;
  faults.text("id", definition.id);
  if (definition.id.empty()) faults.complain("it has no id");
  definition.dims = told(definition.dims, faults);
  std::erase_if(definition.labels, [&](auto& label) {
    faults.text("label's name", label.first);
    return !faults.number("label \"" + label.first + "\"", label.second);
  });
  if (!faults.number("work in items", definition.work.items)) definition.work.items = 0;
  if (!faults.number("work in bytes", definition.work.bytes)) definition.work.bytes = 0;
  if (!faults.number("timeout", definition.timeout.count())) definition.timeout = {};
  for (std::string& limit : definition.limits) faults.limit(limit);
  faults.text("group", definition.group);
  faults.text("skip", definition.skip);
  faults.text("body_hash", definition.body_hash);
  return std::move(faults).first();
}

void check_cases(std::vector<HostCase>& cases) {
  std::unordered_map<std::string, const HostCase*> seen;
  seen.reserve(cases.size());
  for (HostCase& host_case : cases) {
    const std::string fault = take_out_faults(host_case.definition);
    if (host_case.broken.empty()) host_case.broken = fault;
    if (!host_case.broken.empty()) continue;
    const auto [first, is_new] = seen.emplace(host_case.definition.id, &host_case);
    if (!is_new) {
      throw Error(fmt::format("two cases have the id \"{}\": {} and {}", host_case.definition.id, first->second->place, host_case.place),
                  {}, "ids are unique in a host: put what tells the two apart into the id");
    }
  }
  for (HostCase& host_case : cases) {
    if (host_case.broken.empty()) continue;
    const std::string id = host_case.definition.id;
    for (int number = 2; !seen.emplace(host_case.definition.id, &host_case).second; ++number) {
      host_case.definition.id = fmt::format("{} #{}", id, number);
    }
  }
}

}  // namespace benchkit::core
