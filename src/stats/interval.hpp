// A closed interval: what every estimate of this layer comes with.
#pragma once

namespace benchkit::stats {

/// A closed interval at some confidence level. An end of which nothing is known is infinite.
struct Interval {
  double low = 0;
  double high = 0;
};

}  // namespace benchkit::stats
