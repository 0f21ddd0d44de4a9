// What simdjson found, as values of ours.
#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

#include "base/json.hpp"

namespace benchkit::snapshot {

[[nodiscard]] Json to_json(simdjson::dom::element value);

/// A number, or one of the texts that stand for numbers without a word in JSON ("NaN", "Infinity", "-inf", an integer beyond 64 bits).
/// Anything else: nullopt.
[[nodiscard]] std::optional<double> number_of(simdjson::dom::element value);

/// NaN and the infinities as the tools of this world write them, whatever their case; nullopt for anything else.
[[nodiscard]] std::optional<double> not_finite(std::string_view word);

/// Digits, with a sign or not, of an integer that may not fit into 64 bits.
[[nodiscard]] bool is_long_integer(std::string_view word);

}  // namespace benchkit::snapshot
