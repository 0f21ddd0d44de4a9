#include "model/snapshot.hpp"

namespace benchkit {

std::string started_of(const Session& session) {
  const auto found = session.header.find("started");
  return found != session.header.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool was_measured(const Version& version) { return !version.details.contains("not_measured"); }

void Samples::push_back(const Sample& sample) {
  value.push_back(sample.value);
  iterations.push_back(sample.iterations);
  block.push_back(sample.block);
  pair.push_back(sample.pair);
  order.push_back(sample.order);
  start_ns.push_back(sample.start_ns);
  cpu_ns.push_back(sample.cpu_ns);
  steal_ns.push_back(sample.steal_ns);
  switches.push_back(sample.switches);
  faults.push_back(sample.faults);
  cpu.push_back(sample.cpu);
}

Sample Samples::at(std::size_t index) const {
  return {.value = value[index],
          .iterations = iterations[index],
          .block = block[index],
          .pair = pair[index],
          .order = order[index],
          .start_ns = start_ns[index],
          .cpu_ns = cpu_ns[index],
          .steal_ns = steal_ns[index],
          .switches = switches[index],
          .faults = faults[index],
          .cpu = cpu[index]};
}

}  // namespace benchkit
