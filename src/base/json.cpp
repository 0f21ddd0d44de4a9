#include "base/json.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::base {
namespace {

/// Where a byte stands, counted in lines and columns from 1.
std::string place_of(std::string_view text, std::size_t offset, std::string_view place, std::size_t first_line) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto newlines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}:{}", place, first_line + newlines, before.size() - line_start + 1);
}

/// The library's message without its own prefix and position, which is given in `where` already.
std::string plain_message(std::string_view message) {
  if (const std::size_t colon = message.find(": "); message.starts_with("[json") && colon != std::string_view::npos) {
    message.remove_prefix(colon + 2);
  }
  if (const std::size_t last = message.find("last read:"); last != std::string_view::npos) {
    return fmt::format("not valid JSON ({})", message.substr(last));
  }
  return "not valid JSON";
}

/// Deeper than any message or file of ours; the parser itself would recurse no matter how deep.
constexpr int kDeepest = 200;

bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

Json parse(std::string_view text, std::optional<JsonFault>& fault) {
  if (too_deep(text)) {
    fault = {0, "nested too deeply"};
    return nullptr;
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    fault = {error.byte > 0 ? error.byte - 1 : 0, plain_message(error.what())};
  } catch (const Json::exception& error) {
    fault = {0, plain_message(error.what())};
  }
  return nullptr;
}

}  // namespace

Json parse_json(std::string_view text, std::string_view place, std::size_t first_line) {
  std::optional<JsonFault> fault;
  Json document = parse(text, fault);
  if (fault) throw Error(fault->message, place_of(text, fault->offset, place, first_line));
  return document;
}

std::optional<JsonFault> json_fault(std::string_view text) {
  std::optional<JsonFault> fault;
  (void)parse(text, fault);
  return fault;
}

std::string dump_line(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json number_to_json(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

double number_from_json(const Json& value, std::string_view what) {
  if (value.is_number()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  throw Error(fmt::format("expected a number, got {}", value.type_name()), std::string(what));
}

}  // namespace benchkit::base
