// Limit: a bound for a metric as a person writes it, METRIC:LIMIT. The one grammar of every option that takes such bounds, and of Case::limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <benchkit/model/metric.hpp>

#include "base/units.hpp"

namespace benchkit {

struct Limit {
  std::string metric;     ///< by name; the part before the last colon
  base::Quantity amount;  ///< never below 0; "%": a share
  std::string text;       ///< as it was written, without what stands around it in a list
  friend bool operator==(const Limit&, const Limit&) = default;
};

/// `peak:10MiB`, or several of them with commas between. Throws benchkit::Error with `where` as place for what cannot be read.
[[nodiscard]] std::vector<Limit> parse_limits(std::string_view text, std::string_view where);

/// The bound in the metric's unit. Throws benchkit::Error with `where` as place if the units do not fit.
[[nodiscard]] double bound_of(const Limit& limit, const Metric& metric, std::string_view where);

}  // namespace benchkit
