#include "core/meters/meter.hpp"

namespace benchkit::core {

#define BENCHKIT_METER(name) std::unique_ptr<Meter> make_##name##_meter(Clock& clock);
#include "core/meters/meters.def"
#undef BENCHKIT_METER

const std::vector<MeterEntry>& built_in_meters() {
  static const std::vector<MeterEntry> entries{
#define BENCHKIT_METER(name) {#name, &make_##name##_meter},
#include "core/meters/meters.def"
#undef BENCHKIT_METER
  };
  return entries;
}

}  // namespace benchkit::core
