#include "core/meters/meter.hpp"

namespace benchkit::core {

#define BENCHKIT_METER(name, scope) std::unique_ptr<Meter> make_##name##_meter(Clock& clock);
#include "core/meters/meters.def"
#undef BENCHKIT_METER

const std::vector<MeterEntry>& built_in_meters() {
  constexpr bool kSeesChildren = false;
  constexpr bool kOfThisProcess = true;
  static const std::vector<MeterEntry> entries{
#define BENCHKIT_METER(name, scope) {#name, &make_##name##_meter, scope},
#include "core/meters/meters.def"
#undef BENCHKIT_METER
  };
  return entries;
}

}  // namespace benchkit::core
