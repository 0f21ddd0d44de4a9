#include "runner/session_facts.hpp"

#include "base/os.hpp"

namespace benchkit::runner {

void add_worker_facts(Session& session, const protocol::Hello& hello, bool fresh_processes, std::int64_t origin_ns) {
  session.header["program"] = hello.program;
  session.header["language"] = hello.language;
  session.header["processes"] = fresh_processes ? "fresh worker a block" : "in process";
  session.header["started_ns"] = origin_ns;
  session.header["boot_id"] = base::boot_id();
  const protocol::ClockInfo& clock = hello.clock;
  session.header["clock"] = {{"name", clock.name}, {"resolution_ns", clock.resolution_ns}, {"cost_ns", clock.cost_ns}};
}

Json version_facts(const protocol::Hello& hello, const protocol::Cases& cases) {
  Json facts = Json::object();
  if (!hello.toolchain.empty()) facts["toolchain"] = hello.toolchain;
  if (!cases.packages.empty()) facts["packages"] = cases.packages;
  return facts;
}

}  // namespace benchkit::runner
